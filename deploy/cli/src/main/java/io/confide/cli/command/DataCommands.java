package io.confide.cli.command;

import io.confide.cli.JsonText;
import io.confide.cli.Terminal;
import io.confide.cli.data.Caches;
import io.confide.cli.data.PublicData;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** {@code confide data}. */
@Command(
        name = "data",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Fetch public example data.")
public final class DataCommands {
    private final Terminal terminal;

    public DataCommands(Terminal terminal) {
        this.terminal = terminal;
    }

    @Command(
            name = "fetch",
            mixinStandardHelpOptions = true,
            description =
                    "Fetch a public data set and check it. Does nothing if it is there already.",
            footer = {
                "%nData sets:",
                "  pbc   seven hospitals, primary biliary cholangitis: Pbc3.csv (Debian package",
                "        r-cran-pec) and mypbc.txt.gz (r-cran-timereg). Downloaded with apt-get;"
                        + " needs",
                "        no root and installs nothing. Without apt-get, put the two files into the",
                "        folder yourself: the same checksums apply."
            })
    int fetch(
            @Parameters(
                            paramLabel = "NAME",
                            converter = Arguments.DataSet.class,
                            description = "The data set: pbc.")
                    PublicData data,
            @Option(
                            names = "--to",
                            paramLabel = "DIR",
                            description = "Where to. Default: the user's cache.")
                    Optional<Path> to,
            @Option(names = "--json", description = "Print the result as JSON.") boolean json)
            throws IOException, InterruptedException {
        var folder = to.orElse(Caches.data(data.name())).toAbsolutePath().normalize();
        boolean cached = data.complete(folder);
        data.fetch(folder, step -> terminal.note(" " + step + " …"));
        if (json) {
            var answer =
                    JsonText.object().put("name", data.name()).put("folder", folder.toString());
            answer.put("cached", cached);
            var files = answer.putArray("files");
            for (var source : data.sources()) {
                files.addObject()
                        .put("file", source.fileName())
                        .put("sha256", source.checksum().hex());
            }
            terminal.line(JsonText.pretty(answer));
            return 0;
        }
        for (var source : data.sources()) {
            terminal.line(
                    terminal.good(" ✓ ")
                            + folder.resolve(source.fileName())
                            + terminal.faint("   SHA-256 " + source.checksum().shortHex() + "…"));
        }
        return 0;
    }
}
