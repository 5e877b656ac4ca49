package io.confide.cli.command;

import io.confide.cli.JsonText;
import io.confide.cli.ShellWord;
import io.confide.cli.Terminal;
import io.confide.common.files.CoordinatorFile;
import io.confide.common.files.Templates;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.SiteId;
import io.confide.coordinator.app.CoordinatorProcess;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** {@code confide coordinator}. */
@Command(
        name = "coordinator",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Run the server that the sites dial in to, and invite sites.")
public final class CoordinatorCommands {
    private final Terminal terminal;
    private final Map<String, String> environment;

    public CoordinatorCommands(Terminal terminal, Map<String, String> environment) {
        this.terminal = terminal;
        this.environment = environment;
    }

    @Command(
            name = "init",
            mixinStandardHelpOptions = true,
            description = "Write a commented coordinator.yaml.")
    int init(
            @Option(
                            names = "--home",
                            paramLabel = "DIR",
                            defaultValue = ".",
                            description = "The coordinator's home folder. Default: this folder.")
                    Path home)
            throws IOException {
        var file = Scaffold.write(Templates.Kind.COORDINATOR, home, terminal);
        terminal.line("   next   confide coordinator start --config " + ShellWord.of(file));
        return 0;
    }

    @Command(
            name = "start",
            mixinStandardHelpOptions = true,
            description = "Run the coordinator until it is stopped with Ctrl-C or SIGTERM.")
    int start(
            @Option(
                            names = "--config",
                            required = true,
                            paramLabel = "FILE",
                            description = "coordinator.yaml; its folder is the coordinator's home.")
                    Path config,
            @Option(
                            names = "--cluster",
                            description =
                                    "Start only as a member of the cluster that the file"
                                            + " describes.")
                    boolean cluster,
            @Mixin ServerOptions server)
            throws IOException, InterruptedException {
        if (!Files.exists(config)) {
            throw new ConfideException(
                    ErrorCode.FILE_MISSING,
                    config + " does not exist. confide coordinator init writes one.");
        }
        var home = config.toAbsolutePath().normalize().resolveSibling("");
        server.prepare(home);
        var settings = CoordinatorFile.load(config);
        if (cluster && settings.cluster().isEmpty()) {
            throw new ConfideException(
                    ErrorCode.BAD_FILE,
                    config
                            + " describes no cluster. Write cluster: with members:, or leave"
                            + " --cluster out.");
        }
        try (var process = CoordinatorProcess.start(settings, home)) {
            var ports = process.ports();
            terminal.line(
                    terminal.good(" ✓ ")
                            + "listening   sites %d   people %d   management %d"
                                    .formatted(ports.sites(), ports.people(), ports.management()));
            terminal.line("   access token   " + home.resolve("admin.token"));
            terminal.line("   log            " + home.resolve("log") + ". Stop with Ctrl-C.");
            server.untilToldToEnd(process);
        }
        return 0;
    }

    @Command(
            name = "token",
            mixinStandardHelpOptions = true,
            description =
                    "Make a one-time token with which a site may enrol. Send it confidentially.")
    int token(
            @Parameters(
                            paramLabel = "SITE",
                            converter = Arguments.Site.class,
                            description = "The site's name, e.g. london.")
                    SiteId site,
            @Option(
                            names = "--expires",
                            paramLabel = "TIME",
                            defaultValue = "24h",
                            converter = Arguments.Expiry.class,
                            description = "How long it may be used: 30m, 24h, 7d. Default: 24h.")
                    Duration expires,
            @Mixin Access access,
            @Option(names = "--json", description = "Print the result as JSON.") boolean json)
            throws IOException, InterruptedException {
        var request =
                JsonText.object()
                        .put("site", site.value())
                        .put("expiresMinutes", expires.toMinutes());
        try (var coordinator = access.connect(environment)) {
            var invitation = coordinator.post("sites", request);
            terminal.line(json ? JsonText.pretty(invitation) : invitation.path("token").asText());
        }
        return 0;
    }
}
