package io.confide.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.confide.cli.JsonText;
import io.confide.cli.Terminal;
import io.confide.common.files.Users;
import io.confide.common.files.Users.Credential;
import io.confide.common.files.Users.User;
import io.confide.common.files.Words;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
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

    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            description = {
                "Add somebody. Asks for the password, twice; with --identity there is none.",
                "The name goes into the event log for good: take the name of a function or a"
                        + " pseudonym."
            })
    int add(
            @Parameters(
                            paramLabel = "NAME",
                            converter = UserOptions.Account.class,
                            description = NAME)
                    String name,
            @Mixin UserOptions.RoleOptions role,
            @Option(
                            names = "--identity",
                            paramLabel = "ID",
                            converter = UserOptions.Identity.class,
                            description =
                                    "Whom the institution's own sign-in says that this is"
                                            + " (signIn.oidc in coordinator.yaml), instead of a"
                                            + " password.")
                    Optional<String> identity,
            @Mixin NewPassword password,
            @Mixin UserOptions.Home home,
            @Option(names = "--json", description = "Print the result as JSON.") boolean json)
            throws IOException {
        role.check();
        requireNew(home.read(), name);
        identity.ifPresent(_ -> password.requireNone());
        var chosen = identity.isPresent() ? NewPassword.UNCHANGED : password.choose();
        // Typing takes a while; somebody who was removed meanwhile must not come back.
        var users = home.read();
        requireNew(users, name);
        identity.ifPresent(subject -> requireFree(users, subject));
        var user =
                role.user(
                        name,
                        identity.<Credential>map(Credential.Identity::new)
                                .orElseGet(() -> new Credential.Password(chosen.hash())));
        home.write(users.with(user));
        return told(user, "added", chosen, json);
    }

    @Command(
            name = "set-role",
            mixinStandardHelpOptions = true,
            description = "Give somebody another role. Open sessions follow within seconds.")
    int setRole(
            @Parameters(
                            paramLabel = "NAME",
                            converter = UserOptions.Account.class,
                            description = NAME)
                    String name,
            @Mixin UserOptions.RoleOptions role,
            @Mixin UserOptions.Home home,
            @Option(names = "--json", description = "Print the result as JSON.") boolean json)
            throws IOException {
        role.check();
        var users = home.read();
        var user = role.user(name, known(users, name).credential());
        home.write(users.with(user));
        return told(user, "changed", NewPassword.UNCHANGED, json);
    }

    @Command(
            name = "set-password",
            mixinStandardHelpOptions = true,
            description = "Set another password. Open sessions end within seconds.")
    int setPassword(
            @Parameters(
                            paramLabel = "NAME",
                            converter = UserOptions.Account.class,
                            description = NAME)
                    String name,
            @Mixin NewPassword password,
            @Mixin UserOptions.Home home,
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
            @Parameters(
                            paramLabel = "NAME",
                            converter = UserOptions.Account.class,
                            description = NAME)
                    String name,
            @Mixin UserOptions.Home home,
            @Option(names = "--json", description = "Print the result as JSON.") boolean json)
            throws IOException {
        var users = home.read();
        var user = known(users, name);
        home.write(users.without(name));
        return told(user, "removed", NewPassword.UNCHANGED, json);
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Who may sign in.")
    int list(
            @Mixin UserOptions.Home home,
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

    private static void requireFree(Users users, String subject) {
        users.identified(subject)
                .ifPresent(
                        other -> {
                            throw new ConfideException(
                                    ErrorCode.CONFLICT,
                                    "This identity is that of the user \"" + other.name() + "\".");
                        });
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
        return "%-20s %s%s%s"
                .formatted(
                        user.name(),
                        Words.of(user.role()),
                        user.site().map(site -> " of " + site).orElse(""),
                        identity(user).map(subject -> ", signs in as " + subject).orElse(""));
    }

    private static Optional<String> identity(User user) {
        return switch (user.credential()) {
            case Credential.Password _ -> Optional.empty();
            case Credential.Identity(var subject) -> Optional.of(subject);
        };
    }

    private static ObjectNode tree(User user) {
        var tree = JsonText.object().put("name", user.name()).put("role", Words.of(user.role()));
        user.site().ifPresent(site -> tree.put("site", site.value()));
        identity(user).ifPresent(subject -> tree.put("identity", subject));
        return tree;
    }
}
