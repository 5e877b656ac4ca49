package io.confide.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.confide.cli.BadValue;
import io.confide.cli.JsonText;
import io.confide.cli.Terminal;
import io.confide.common.crypto.PasswordHash;
import io.confide.common.files.CoordinatorFile;
import io.confide.common.files.Templates;
import io.confide.common.files.Users;
import io.confide.common.files.Users.User;
import io.confide.common.files.UsersFile;
import io.confide.common.files.Words;
import io.confide.common.governance.Role;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.SiteId;
import io.confide.common.storage.PrivateFiles;

import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** {@code confide coordinator user}: who may sign in at the page. */
@Command(
        name = "user",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Say who may sign in at the page, and as what. The coordinator need not run.",
        footer = {
            "%nRoles, one for each person:",
            "  steward      speaks for the data of one site      operator   runs the participant of"
                    + " one site",
            "  researcher   submits jobs, has their models       admin      invites sites, stops"
                    + " jobs",
            "  auditor      reads the event log, stops jobs"
        })
public final class UserCommands {
    private static final String NAME = "The name that is typed at the sign-in, e.g. ada.";

    private final Terminal terminal;

    public UserCommands(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Reads a role. */
    static final class RoleWord implements ITypeConverter<Role> {
        @Override
        public Role convert(String text) {
            return UsersFile.role(text)
                    .orElseThrow(
                            () ->
                                    new BadValue(
                                            "--role must be steward, operator, researcher, admin or"
                                                    + " auditor, not \""
                                                    + text
                                                    + "\"."));
        }
    }

    /** Reads the name of an account. */
    static final class Account implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            UsersFile.fault(text)
                    .ifPresent(
                            sentence -> {
                                throw new BadValue(sentence);
                            });
            return text;
        }
    }

    /** As what somebody may sign in. */
    static final class RoleOptions {
        @Option(
                names = "--role",
                required = true,
                paramLabel = "ROLE",
                converter = RoleWord.class,
                description = "steward, operator, researcher, admin or auditor.")
        private Role role = Role.AUDITOR;

        @Option(
                names = "--site",
                paramLabel = "SITE",
                converter = Arguments.Site.class,
                description = "The site of a steward or an operator.")
        private Optional<SiteId> site = Optional.empty();

        void check() {
            Users.siteFault(role, site)
                    .ifPresent(
                            sentence -> {
                                throw new ConfideException(
                                        ErrorCode.BAD_ARGUMENT, "--site " + sentence);
                            });
        }

        User user(String name, PasswordHash password) {
            return new User(name, role, site, password);
        }
    }

    /** Where the users are. */
    static final class Home {
        @Option(
                names = "--home",
                paramLabel = "DIR",
                defaultValue = ".",
                description = "The coordinator's home folder. Default: this folder.")
        private Path home = Path.of(".");

        /** The file that coordinator.yaml names. */
        Path file() {
            var config = home.resolve("coordinator.yaml");
            if (!Files.exists(config)) {
                throw new ConfideException(
                        ErrorCode.FILE_MISSING,
                        config
                                + " does not exist. Name the coordinator's home with --home;"
                                + " confide coordinator init makes one.");
            }
            return home.resolve(CoordinatorFile.load(config).users());
        }

        Users read() {
            var file = file();
            return Files.exists(file) ? UsersFile.load(file) : Users.NONE;
        }

        void write(Users users) throws IOException {
            var file = file();
            var text = UsersFile.text(users);
            // What the coordinator would refuse, e.g. too many users, would keep everybody out.
            UsersFile.parse(text);
            PrivateFiles.write(file, text.getBytes(StandardCharsets.UTF_8));
            var kind = Templates.Kind.USERS;
            Files.writeString(file.resolveSibling(kind.schemaName()), Templates.schema(kind));
        }
    }

    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            description = {
                "Add somebody. Asks for the password, twice.",
                "The name goes into the event log for good: take the name of a function or a"
                        + " pseudonym."
            })
    int add(
            @Parameters(paramLabel = "NAME", converter = Account.class, description = NAME)
                    String name,
            @Mixin RoleOptions role,
            @Mixin NewPassword password,
            @Mixin Home home,
            @Option(names = "--json", description = "Print the result as JSON.") boolean json)
            throws IOException {
        role.check();
        requireNew(home.read(), name);
        var chosen = password.choose();
        // Typing takes a while; somebody who was removed meanwhile must not come back.
        var users = home.read();
        requireNew(users, name);
        var user = role.user(name, chosen.hash());
        home.write(users.with(user));
        return told(user, "added", chosen, json);
    }

    @Command(
            name = "set-role",
            mixinStandardHelpOptions = true,
            description = "Give somebody another role. Open sessions follow within seconds.")
    int setRole(
            @Parameters(paramLabel = "NAME", converter = Account.class, description = NAME)
                    String name,
            @Mixin RoleOptions role,
            @Mixin Home home,
            @Option(names = "--json", description = "Print the result as JSON.") boolean json)
            throws IOException {
        role.check();
        var users = home.read();
        var user = role.user(name, known(users, name).password());
        home.write(users.with(user));
        return told(user, "changed", NewPassword.UNCHANGED, json);
    }

    @Command(
            name = "set-password",
            mixinStandardHelpOptions = true,
            description = "Set another password. Open sessions end within seconds.")
    int setPassword(
            @Parameters(paramLabel = "NAME", converter = Account.class, description = NAME)
                    String name,
            @Mixin NewPassword password,
            @Mixin Home home,
            @Option(names = "--json", description = "Print the result as JSON.") boolean json)
            throws IOException {
        known(home.read(), name);
        var chosen = password.choose();
        var users = home.read();
        var was = known(users, name);
        var user = new User(name, was.role(), was.site(), chosen.hash());
        home.write(users.with(user));
        return told(user, "changed", chosen, json);
    }

    @Command(
            name = "remove",
            mixinStandardHelpOptions = true,
            description = "Remove somebody. Open sessions end within seconds.")
    int remove(
            @Parameters(paramLabel = "NAME", converter = Account.class, description = NAME)
                    String name,
            @Mixin Home home,
            @Option(names = "--json", description = "Print the result as JSON.") boolean json)
            throws IOException {
        var users = home.read();
        var user = known(users, name);
        home.write(users.without(name));
        return told(user, "removed", NewPassword.UNCHANGED, json);
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Who may sign in.")
    int list(
            @Mixin Home home,
            @Option(names = "--json", description = "Print the result as JSON.") boolean json) {
        var users = home.read().all();
        if (json) {
            var all = JsonText.object();
            var array = all.putArray("users");
            users.forEach(user -> array.add(tree(user)));
            terminal.line(JsonText.pretty(all));
        } else if (users.isEmpty()) {
            terminal.line(
                    "Nobody yet. confide coordinator user add NAME --role ROLE adds somebody.");
        } else {
            users.forEach(user -> terminal.line("   " + words(user)));
        }
        return 0;
    }

    private static void requireNew(Users users, String name) {
        if (users.find(name).isPresent()) {
            throw new ConfideException(
                    ErrorCode.CONFLICT,
                    "The user \"" + name + "\" exists already. Use set-role or set-password.");
        }
    }

    private static User known(Users users, String name) {
        String missing = "There is no user \"" + name + "\". See confide coordinator user list.";
        return users.find(name)
                .orElseThrow(() -> new ConfideException(ErrorCode.NOT_FOUND, missing));
    }

    private int told(User user, String what, NewPassword.Chosen chosen, boolean json) {
        if (json) {
            var tree = tree(user).put("change", what);
            chosen.shown().ifPresent(password -> tree.put("password", password));
            terminal.line(JsonText.pretty(tree));
        } else {
            terminal.line(terminal.good(" ✓ ") + what + "   " + words(user));
            chosen.shown()
                    .ifPresent(
                            password ->
                                    terminal.line(
                                            "   password   " + password + "   shown this once"));
        }
        return 0;
    }

    private static String words(User user) {
        return "%-20s %s%s"
                .formatted(
                        user.name(),
                        Words.of(user.role()),
                        user.site().map(site -> " of " + site).orElse(""));
    }

    private static ObjectNode tree(User user) {
        var tree = JsonText.object().put("name", user.name()).put("role", Words.of(user.role()));
        user.site().ifPresent(site -> tree.put("site", site.value()));
        return tree;
    }
}
