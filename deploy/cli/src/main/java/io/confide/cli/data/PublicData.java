package io.confide.cli.data;

import io.confide.cli.OutputFolder;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Public example data, by name. {@code pbc}: the Pbc3 trial of six European hospitals (Lombard et al. 1993) and the
 * Mayo Clinic's primary biliary cholangitis data, as shipped by two Debian packages under GPL-2+. {@code fashion-mnist}:
 * 70 000 pictures of clothes (Xiao, Rasul and Vollgraf 2017), as shipped by a Debian package under the MIT licence.
 */
public final class PublicData {
    /** One file inside a Debian package. The checksum is of the file: packages differ by architecture. */
    public record Source(String debianPackage, String path, Digest checksum) {
        public String fileName() {
            return path.substring(path.lastIndexOf('/') + 1);
        }
    }

    private static final String FASHION = "/usr/share/datasets/fashion-mnist/";

    private static final Map<String, List<Source>> SETS =
            Map.of(
                    "pbc",
                    List.of(
                            source(
                                    "r-cran-pec",
                                    "/usr/lib/R/site-library/pec/data/Pbc3.csv",
                                    "559e245d531680ffd00113fd48938b7052111b58fae8b06ba2d0719f46413e5f"),
                            source(
                                    "r-cran-timereg",
                                    "/usr/lib/R/site-library/timereg/data/mypbc.txt.gz",
                                    "5b59b09d3a2ea54831de8532c8a1ad298645f549cf3ddba6f1e6ed1d6231a1c5")),
                    "fashion-mnist",
                    List.of(
                            source(
                                    "dataset-fashion-mnist",
                                    FASHION + "train-images-idx3-ubyte.gz",
                                    "b0564c3eedabfbf835052cff8503ea422014ce006caf5b757f851416ee8300c7"),
                            source(
                                    "dataset-fashion-mnist",
                                    FASHION + "train-labels-idx1-ubyte.gz",
                                    "0ae29f65d86684f32d1b9c85147786c547b9c6aebcaf235f0400a0cce308b056"),
                            source(
                                    "dataset-fashion-mnist",
                                    FASHION + "t10k-images-idx3-ubyte.gz",
                                    "cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa"),
                            source(
                                    "dataset-fashion-mnist",
                                    FASHION + "t10k-labels-idx1-ubyte.gz",
                                    "8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05")));

    private static Source source(String debianPackage, String path, String sha256) {
        return new Source(debianPackage, path, Digest.ofHex(sha256));
    }

    private final String name;
    private final List<Source> sources;

    private PublicData(String name, List<Source> sources) {
        this.name = name;
        this.sources = sources;
    }

    /** The data set called {@code name}; throws ConfideException(NOT_FOUND) with the known names otherwise. */
    public static PublicData named(String name) {
        var sources = SETS.get(name);
        if (sources == null) {
            throw new ConfideException(
                    ErrorCode.NOT_FOUND,
                    "There is no public data set \""
                            + name
                            + "\". Known: "
                            + SETS.keySet().stream().sorted().collect(Collectors.joining(", "))
                            + ".");
        }
        return new PublicData(name, sources);
    }

    public String name() {
        return name;
    }

    public List<Source> sources() {
        return sources;
    }

    /** Whether every file lies in {@code folder} with the right checksum. */
    public boolean complete(Path folder) throws IOException {
        for (var source : sources) {
            var file = folder.resolve(source.fileName());
            if (!Files.isRegularFile(file) || !digest(file).equals(source.checksum())) {
                return false;
            }
        }
        return true;
    }

    /** Puts the files into {@code folder}, each whole and checked or not at all; does nothing if they are there. */
    public void fetch(Path folder, Consumer<String> progress)
            throws IOException, InterruptedException {
        OutputFolder.create(folder);
        try (var lock =
                        FileChannel.open(
                                folder.resolve(".lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                var _ = lock.lock()) {
            if (!complete(folder)) {
                download(folder, progress);
            }
        }
    }

    private void download(Path folder, Consumer<String> progress)
            throws IOException, InterruptedException {
        var work = Files.createTempDirectory(folder, ".fetch-");
        try {
            var packages = sources.stream().map(Source::debianPackage).distinct().toList();
            new AptSource(work.resolve("apt"), progress).download(packages, work);
            progress.accept("unpacking and checking " + name);
            for (var source : sources) {
                install(source, unpack(source, work), folder);
            }
        } finally {
            deleteTree(work);
        }
    }

    private static Bytes unpack(Source source, Path work) throws IOException {
        try (var files = Files.newDirectoryStream(work, source.debianPackage() + "_*.deb")) {
            for (var file : files) {
                var content = new DebianPackage(file).read(source.path());
                if (content.isPresent()) {
                    return content.get();
                }
            }
        }
        throw new ConfideException(
                ErrorCode.DATA_UNAVAILABLE,
                "The Debian package "
                        + source.debianPackage()
                        + " does not contain "
                        + source.path()
                        + ". Use --data synthetic.");
    }

    private static void install(Source source, Bytes content, Path folder) throws IOException {
        var found = Digest.of(content);
        if (!found.equals(source.checksum())) {
            throw new ConfideException(
                    ErrorCode.CHECKSUM_MISMATCH,
                    source.fileName()
                            + " of "
                            + source.debianPackage()
                            + " has SHA-256 "
                            + found.shortHex()
                            + "…, expected "
                            + source.checksum().shortHex()
                            + "…: it is not the file this release was tested with. Use --data"
                            + " synthetic.");
        }
        var part = folder.resolve("." + source.fileName() + ".part");
        Files.write(part, content.unsafeArray());
        Files.move(
                part,
                folder.resolve(source.fileName()),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private static Digest digest(Path file) throws IOException {
        return Digest.of(Files.readAllBytes(file));
    }

    private static void deleteTree(Path root) throws IOException {
        try (var files = Files.walk(root)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
