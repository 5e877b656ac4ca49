package io.confide.common.files;

import io.confide.common.crypto.PasswordHash;
import io.confide.common.files.Users.Credential;
import io.confide.common.files.Users.User;
import io.confide.common.governance.Role;
import io.confide.common.model.ConfideException;
import io.confide.common.model.SiteId;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads and writes {@code users.yaml}: who may sign in at the page, and as what. */
public final class UsersFile {
    private static final int USERS_MAX = 1000;
    private static final Set<String> RESERVED = Set.of("administrator", "coordinator");
    private static final Choice<Role> ROLES = new Choice<>(words(Users.ROLES), List.of(), "");
    private static final String NOBODY = "users: []\n";

    private UsersFile() {}

    /**
     * The users in {@code yaml}.
     *
     * @throws ConfideException BAD_FILE with every problem, one line each; no password hash is ever quoted
     */
    public static Users parse(String yaml) {
        return Section.read("users.yaml", yaml, UsersFile::read);
    }

    /**
     * The same from a file, which the problems then name.
     *
     * @throws ConfideException also FILE_MISSING, and BAD_FILE for what is no text
     */
    public static Users load(Path file) {
        return Section.read(file.toString(), TextFile.read(file), UsersFile::read);
    }

    /** The text of the file with {@code users}. */
    public static String text(Users users) {
        if (users.all().isEmpty()) {
            return Templates.text(Templates.Kind.USERS);
        }
        var rows = new StringBuilder("users:\n");
        for (var user : users.all()) {
            rows.append(
                    "  - {name: \"%s\", role: %s, ".formatted(user.name(), Words.of(user.role())));
            user.site().ifPresent(site -> rows.append("site: \"%s\", ".formatted(site)));
            rows.append(
                    switch (user.credential()) {
                        case Credential.Password(var hash) ->
                                "password: \"%s\"}\n".formatted(hash.phc());
                        case Credential.Identity(var subject) ->
                                "identity: \"%s\"}\n".formatted(subject);
                    });
        }
        return Templates.text(Templates.Kind.USERS).replace(NOBODY, rows);
    }

    /** The role that is written {@code word}. */
    public static Optional<Role> role(String word) {
        return ROLES.find(word);
    }

    /** What is wrong with {@code name} as the name of an account, if anything. */
    public static Optional<String> fault(String name) {
        if (!Form.NAME.matches(name)) {
            return Optional.of(
                    "\"" + YamlText.shortened(name) + "\" " + Form.NAME.sentence() + ".");
        }
        return RESERVED.contains(name)
                ? Optional.of("\"" + name + "\" is a name of the coordinator's own. Take another.")
                : Optional.empty();
    }

    private static Map<String, Role> words(Set<Role> roles) {
        var words = new LinkedHashMap<String, Role>();
        roles.forEach(role -> words.put(Words.of(role), role));
        return words;
    }

    /** What is wrong with {@code subject} as an identity, if anything. */
    public static Optional<String> identityFault(String subject) {
        return Form.IDENTITY.matches(subject)
                ? Optional.empty()
                : Optional.of(
                        "\""
                                + YamlText.shortened(subject)
                                + "\" "
                                + Form.IDENTITY.sentence()
                                + ".");
    }

    private record Row(
            String name, Role role, Optional<String> site, Optional<Credential> credential) {}

    static Section.Reading<Users> read(Section root) {
        var seen = new HashSet<String>();
        if (root.isPresent() && !root.has("users")) {
            root.problem("users", "is missing.");
        }
        List<Row> rows = root.groups("users", in -> row(in, seen));
        if (rows.size() > USERS_MAX) {
            root.problem("users", rows.size() + " are too many; 1000 are possible.");
        }
        return () ->
                new Users(
                        rows.stream()
                                .map(
                                        row ->
                                                new User(
                                                        row.name(),
                                                        row.role(),
                                                        row.site().map(SiteId::new),
                                                        row.credential().orElseThrow()))
                                .toList());
    }

    private static Row row(Section in, Set<String> seen) {
        String name = in.text("name", Form.NAME);
        if (RESERVED.contains(name)) {
            in.problem("name", fault(name).orElseThrow());
        } else if (!name.isEmpty() && !seen.add(name)) {
            in.problem("name", "the user \"" + name + "\" is listed twice.");
        }
        var role = in.requiredValue("role").map(value -> value.word(ROLES)).orElse(Role.RESEARCHER);
        var site = in.value("site").map(value -> value.text(Form.NAME));
        Users.siteFault(role, site).ifPresent(sentence -> in.problem("site", sentence));
        if (in.has("password") == in.has("identity")) {
            in.problem(
                    "password",
                    in.has("password")
                            ? "and identity are both there. Keep the one that this person signs in"
                                    + " with."
                            : "is missing, and so is identity. Add the user anew: confide"
                                    + " coordinator user add NAME");
        }
        Optional<Credential> password =
                in.value("password")
                        .map(value -> value.text(Form.ANY))
                        .flatMap(PasswordHash::parse)
                        .map(Credential.Password::new);
        if (in.has("password") && password.isEmpty()) {
            in.problem(
                    "password",
                    "is not as Confide writes it. Set it anew: confide coordinator user"
                            + " set-password NAME");
        }
        Optional<Credential> identity =
                in.value("identity")
                        .map(value -> value.text(Form.IDENTITY))
                        .map(Credential.Identity::new);
        identity.filter(one -> !seen.add(one.mark()))
                .ifPresent(_ -> in.problem("identity", "is listed twice."));
        return new Row(name, role, site, password.or(() -> identity));
    }
}
