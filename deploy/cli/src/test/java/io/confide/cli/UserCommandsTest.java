package io.confide.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.confide.common.files.Users;
import io.confide.common.files.Users.User;
import io.confide.common.files.UsersFile;
import io.confide.common.governance.Role;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

class UserCommandsTest {
    private static final String PASSWORD = "correct horse battery";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir Path home;

    @BeforeEach
    void write() throws Exception {
        Files.writeString(home.resolve("coordinator.yaml"), "name: localhost\n");
        Files.writeString(home.resolve("password"), PASSWORD + "\n");
    }

    @Test
    void somebodyIsAddedChangedAndRemoved() throws Exception {
        String file = home.resolve("password").toString();
        assertEquals(0, run("add", "ada", "--role", "researcher", "--password-file", file));
        var ada = users().find("ada").orElseThrow();
        assertEquals(Role.RESEARCHER, ada.role());
        assertTrue(ada.fits(PASSWORD.toCharArray()));

        assertEquals(0, run("set-role", "ada", "--role", "steward", "--site", "lyon"));
        assertEquals("lyon", users().find("ada").orElseThrow().site().orElseThrow().value());
        assertEquals(
                ada.credential().mark(), users().find("ada").orElseThrow().credential().mark());

        assertEquals(0, run("set-password", "ada", "--generate", "--json"));
        var shown = JsonText.parse(text(), "out").path("password").asText();
        assertEquals(20, shown.length());
        assertTrue(users().find("ada").orElseThrow().fits(shown.toCharArray()));

        assertEquals(0, run("list", "--json"));
        assertEquals("steward", JsonText.parse(text(), "out").at("/users/0/role").asText());
        assertFalse(text().contains("argon2"), text());
        assertEquals(0, run("remove", "ada"));
        assertEquals(List.of(), users().all());
    }

    @Test
    void somebodyWithAnIdentityOfTheInstitutionHasNoPasswordHere() throws Exception {
        var add = List.of("add", "grace", "--role", "auditor", "--identity", "grace@example.org");
        assertEquals(0, run(add.toArray(String[]::new)));
        var grace = users().identified("grace@example.org").orElseThrow();
        assertEquals("grace", grace.name());
        assertFalse(grace.fits(PASSWORD.toCharArray()));
        assertEquals(0, run("list"));
        assertTrue(text().contains("auditor, signs in as grace@example.org"), text());

        assertEquals(1, run("add", "eve", "--role", "admin", "--identity", "grace@example.org"));
        assertEquals(1, run("add", "eve", "--role", "admin", "--identity", "eve@x", "--generate"));
        assertEquals(2, run("add", "eve", "--role", "admin", "--identity", "eve x"));
        assertEquals(List.of(grace), users().all());
    }

    @Test
    void theFileIsPrivateAndHoldsNoPassword() throws Exception {
        run(
                "add",
                "ada",
                "--role",
                "admin",
                "--password-file",
                home.resolve("password").toString());
        var file = home.resolve("users.yaml");
        assertFalse(Files.readString(file).contains(PASSWORD));
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void theFileStaysReadableForWhomItWasReadable() throws Exception {
        run("add", "ada", "--role", "admin", "--generate");
        var file = home.resolve("users.yaml");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertEquals(0, run("add", "eve", "--role", "admin", "--generate"));
        assertEquals(
                "rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void rootLeavesTheFileToTheAccountOfTheCoordinator() throws Exception {
        assumeTrue(Files.getOwner(home).getName().equals("root"), "only root gives files away");
        var lookup = home.getFileSystem().getUserPrincipalLookupService();
        var account = lookup.lookupPrincipalByName("nobody");
        var data = Files.createDirectory(home.resolve("data"));
        Files.setOwner(data, account);
        assertEquals(0, run("add", "ada", "--role", "admin", "--generate"));
        assertEquals(account, Files.getOwner(home.resolve("users.yaml")));
        var another = lookup.lookupPrincipalByName("daemon");
        Files.setOwner(home.resolve("users.yaml"), another);
        assertEquals(0, run("set-role", "ada", "--role", "auditor"));
        assertEquals(another, Files.getOwner(home.resolve("users.yaml")));
        assertEquals(another, Files.getOwner(home.resolve("users.schema.json")));
    }

    @Test
    void nothingIsWrittenThroughALinkThatSomebodyPutThere() throws Exception {
        var target = Files.writeString(home.resolve("precious"), "precious");
        Files.createSymbolicLink(home.resolve("users.schema.json"), target);
        Files.createSymbolicLink(home.resolve("users.yaml.new"), target);
        assertEquals(0, run("add", "ada", "--role", "admin", "--generate"));
        assertEquals("precious", Files.readString(target));
        assertEquals(List.of("ada"), names());
    }

    @Test
    void whatCannotBeIsRefusedAndChangesNothing() throws Exception {
        String file = home.resolve("password").toString();
        Files.writeString(home.resolve("short"), "short");
        Files.writeString(home.resolve("lines"), PASSWORD + "\n" + PASSWORD + "\n");
        run("add", "ada", "--role", "admin", "--password-file", file);
        var before = Files.readString(home.resolve("users.yaml"));
        for (var wrong :
                List.of(
                        List.of("add", "ada", "--role", "admin", "--password-file", file),
                        List.of("add", "eve", "--role", "steward", "--password-file", file),
                        List.of("add", "eve", "--role", "admin", "--site", "lyon"),
                        List.of(
                                "add",
                                "eve",
                                "--role",
                                "admin",
                                "--password-file",
                                home.resolve("short").toString()),
                        List.of(
                                "add",
                                "eve",
                                "--role",
                                "admin",
                                "--password-file",
                                home.resolve("lines").toString()),
                        List.of(
                                "add",
                                "eve",
                                "--role",
                                "admin",
                                "--generate",
                                "--password-file",
                                file),
                        List.of("remove", "eve"),
                        List.of("set-role", "eve", "--role", "admin"))) {
            assertEquals(1, run(wrong.toArray(String[]::new)), wrong.toString());
            assertEquals(1, err.toString(StandardCharsets.UTF_8).lines().count(), err.toString());
            assertEquals(before, Files.readString(home.resolve("users.yaml")));
        }
    }

    @Test
    void whoIsRemovedWhileAPasswordIsTypedDoesNotComeBack() throws Exception {
        String file = home.resolve("password").toString();
        for (String name : List.of("ada", "eve", "mallory")) {
            run("add", name, "--role", "admin", "--password-file", file);
        }
        typedWhile("eve", () -> run("add", "bob", "--role", "auditor", "--password-file", "-"));
        assertEquals(List.of("ada", "bob", "mallory"), names());
        typedWhile("mallory", () -> run("set-password", "ada", "--password-file", "-"));
        assertEquals(List.of("ada", "bob"), names());
    }

    @Test
    void aListThatTheCoordinatorWouldRefuseIsNotWritten() throws Exception {
        run("add", "ada", "--role", "admin", "--generate");
        var ada = users().find("ada").orElseThrow();
        var all = new ArrayList<User>();
        for (int i = 0; i < 1000; i++) {
            all.add(new User("user-" + i, Role.AUDITOR, Optional.empty(), ada.credential()));
        }
        var full = UsersFile.text(new Users(all));
        Files.writeString(home.resolve("users.yaml"), full);
        assertEquals(1, run("add", "eve", "--role", "admin", "--generate"));
        assertEquals(full, Files.readString(home.resolve("users.yaml")));
    }

    /** Runs {@code command}, which reads a password from the standard input; {@code gone} is removed just before. */
    private void typedWhile(String gone, Callable<Integer> command) throws Exception {
        var before = System.in;
        var typed =
                new ByteArrayInputStream((PASSWORD + "\n").getBytes(StandardCharsets.UTF_8)) {
                    @Override
                    public synchronized int read(byte[] bytes, int from, int most) {
                        try {
                            Files.writeString(
                                    home.resolve("users.yaml"),
                                    UsersFile.text(users().without(gone)));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                        return super.read(bytes, from, most);
                    }
                };
        System.setIn(typed);
        try {
            assertEquals(0, command.call());
        } finally {
            System.setIn(before);
        }
    }

    private List<String> names() {
        return users().all().stream().map(User::name).toList();
    }

    private Users users() {
        return UsersFile.load(home.resolve("users.yaml"));
    }

    private String text() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private int run(String... words) {
        out.reset();
        err.reset();
        var arguments = new ArrayList<>(List.of("coordinator", "user"));
        arguments.addAll(List.of(words));
        arguments.addAll(List.of("--home", home.toString()));
        return Confide.run(
                new Terminal(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        Terminal.Look.PLAIN,
                        100),
                Map.of("CONFIDE_LOG_DIR", home.toString()),
                arguments.toArray(String[]::new));
    }
}
