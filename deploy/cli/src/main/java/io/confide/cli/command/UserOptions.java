package io.confide.cli.command;

import io.confide.cli.BadValue;
import io.confide.common.files.CoordinatorFile;
import io.confide.common.files.Templates;
import io.confide.common.files.Users;
import io.confide.common.files.Users.Credential;
import io.confide.common.files.Users.User;
import io.confide.common.files.UsersFile;
import io.confide.common.governance.Role;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.SiteId;
import io.confide.common.storage.PrivateFiles;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What the commands about users ask for. */
final class UserOptions {
    private UserOptions() {}

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

    /** Reads whom the institution's own sign-in says that somebody is. */
    static final class Identity implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            UsersFile.identityFault(text)
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

        User user(String name, Credential credential) {
            return new User(name, role, site, credential);
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
            // Whoever types this, e.g. root, is often not the account that the coordinator runs as.
            PrivateFiles.writeFor(
                    Files.exists(file) ? file : ofTheCoordinator(),
                    file,
                    text.getBytes(StandardCharsets.UTF_8));
            var kind = Templates.Kind.USERS;
            PrivateFiles.writeFor(
                    file,
                    file.resolveSibling(kind.schemaName()),
                    Templates.schema(kind).getBytes(StandardCharsets.UTF_8));
        }

        /** What certainly belongs to the account of the coordinator: what it has made itself, if it ever ran. */
        private Path ofTheCoordinator() {
            var config = home.resolve("coordinator.yaml");
            var data = home.resolve(CoordinatorFile.load(config).dataDir());
            return Files.isDirectory(data) ? data : config;
        }
    }
}
