package io.confide.cli.command;

import io.confide.cli.remote.Context;
import io.confide.cli.remote.RemoteCoordinator;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The options that say which coordinator a command talks to. */
public final class Access {
    @Option(
            names = "--coordinator",
            paramLabel = "URL",
            converter = Arguments.Address.class,
            description = "Address of the people's port, e.g. https://fl.example.org:8444.")
    private Optional<URI> coordinator = Optional.empty();

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "File with the access token.")
    private Optional<Path> tokenFile = Optional.empty();

    @Option(
            names = "--authority",
            paramLabel = "FILE",
            description =
                    "Certificate (PEM) of the coordinator's authority, the only one that is"
                            + " trusted. The three options may be left out where CONFIDE_CONTEXT,"
                            + " ~/.confide/context.json or a demo in this folder names them.")
    private Optional<Path> authority = Optional.empty();

    /** A client for the coordinator that the options or a context file name. */
    RemoteCoordinator connect(Map<String, String> environment) throws IOException {
        return RemoteCoordinator.of(context(environment));
    }

    private Context context(Map<String, String> environment) throws IOException {
        if (coordinator.isPresent() && tokenFile.isPresent() && authority.isPresent()) {
            return new Context(coordinator.get(), tokenFile.get(), authority.get());
        }
        var file = Context.locate(environment);
        if (file.isEmpty()) {
            throw new ConfideException(
                    ErrorCode.BAD_ARGUMENT,
                    "Which coordinator? Give --coordinator, --token-file and --authority, or name a"
                            + " context file in CONFIDE_CONTEXT.");
        }
        var found = Context.read(file.get());
        return new Context(
                coordinator.orElse(found.coordinator()),
                tokenFile.orElse(found.tokenFile()),
                authority.orElse(found.authority()));
    }
}
