package io.confide.cli.command;

import io.confide.cli.JsonText;
import io.confide.cli.OutputFolder;
import io.confide.cli.Terminal;
import io.confide.cli.data.Caches;
import io.confide.cli.data.PublicData;
import io.confide.participant.data.IdxFile;
import io.confide.participant.data.ImageTables;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** {@code confide data}. */
@Command(
        name = "data",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Fetch public example data, and make pictures ready for sites.")
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
                "  pbc            seven hospitals, primary biliary cholangitis: Pbc3.csv (Debian",
                "                 package r-cran-pec) and mypbc.txt.gz (r-cran-timereg)",
                "  fashion-mnist  70 000 pictures of clothes in ten classes: four IDX files"
                        + " (Debian",
                "                 package dataset-fashion-mnist, 31 MB)",
                "",
                "Downloaded with apt-get; needs no root and installs nothing. Without apt-get, put",
                "the files into the folder yourself: the same checksums apply."
            })
    int fetch(
            @Parameters(
                            paramLabel = "NAME",
                            converter = Arguments.DataSet.class,
                            description = "The data set: pbc or fashion-mnist.")
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

    @Command(
            name = "images",
            mixinStandardHelpOptions = true,
            description =
                    "Write pictures and their classes (two IDX files, gzipped or not) as Parquet"
                            + " that a site can bind.",
            footer = {
                "%nEvery row has image (its name), class (its number) and pixel (a list of values 0"
                        + " to 255).",
                "With --sites the pictures are dealt in turn: site-1.parquet, site-2.parquet, …"
            })
    int images(
            @Option(
                            names = "--pictures",
                            required = true,
                            paramLabel = "FILE",
                            description = "The pictures, such as train-images-idx3-ubyte.gz.")
                    Path pictures,
            @Option(
                            names = "--classes",
                            required = true,
                            paramLabel = "FILE",
                            description = "Their classes, such as train-labels-idx1-ubyte.gz.")
                    Path classes,
            @Option(
                            names = "--sites",
                            paramLabel = "N",
                            converter = Arguments.Parts.class,
                            description = "Deal them to so many files. Default: one file.")
                    Optional<Integer> sites,
            @Option(
                            names = "--to",
                            required = true,
                            paramLabel = "DIR|FILE",
                            description = "The file, or with --sites the folder.")
                    Path to,
            @Option(names = "--json", description = "Print the result as JSON.") boolean json) {
        int parts = sites.orElse(1);
        var read = IdxFile.read(pictures);
        var target = to.toAbsolutePath().normalize();
        var files =
                sites.isPresent()
                        ? IntStream.rangeClosed(1, parts)
                                .mapToObj(
                                        n ->
                                                OutputFolder.create(target)
                                                        .resolve("site-" + n + ".parquet"))
                                .toList()
                        : List.of(target);
        ImageTables.deal(stem(pictures), read, IdxFile.read(classes), files);
        if (json) {
            var answer =
                    JsonText.object().put("pictures", read.items()).put("pixels", read.width());
            var written = answer.putArray("files");
            files.forEach(file -> written.add(file.toString()));
            terminal.line(JsonText.pretty(answer));
        } else {
            terminal.line(
                    terminal.good(" ✓ ")
                            + "%d pictures of %d pixels in %s"
                                    .formatted(
                                            read.items(),
                                            read.width(),
                                            sites.isPresent()
                                                    ? "%d files in %s".formatted(parts, target)
                                                    : target));
        }
        return 0;
    }

    /** What a file is called before its first dot or hyphen. */
    private static String stem(Path file) {
        return String.valueOf(file.getFileName()).replaceFirst("[-.].*$", "");
    }
}
