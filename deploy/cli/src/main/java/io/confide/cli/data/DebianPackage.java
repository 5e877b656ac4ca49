package io.confide.cli.data;

import io.confide.common.model.Bytes;

import org.apache.commons.compress.archivers.ar.ArArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A {@code .deb} file: an ar archive whose member {@code data.tar.xz} holds the installed files. Nothing is installed. */
public record DebianPackage(Path file) {
    /** No file of a data package is larger. */
    private static final int FILE_BYTES_MAX = 64 << 20;

    /** Returns the content of the installed file {@code path} (absolute, as dpkg would install it), if it is there. */
    public Optional<Bytes> read(String path) throws IOException {
        try (var archive =
                new ArArchiveInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            for (var entry = archive.getNextEntry();
                    entry != null;
                    entry = archive.getNextEntry()) {
                if (entry.getName().equals("data.tar.xz")) {
                    return readMember(archive, path);
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Bytes> readMember(InputStream data, String path) throws IOException {
        var tar = new TarArchiveInputStream(new XZInputStream(data));
        for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            if (entry.isFile() && entry.getName().equals("." + path)) {
                byte[] content = tar.readNBytes(FILE_BYTES_MAX + 1);
                if (content.length > FILE_BYTES_MAX) {
                    throw new IOException(path + " is larger than expected");
                }
                return Optional.of(Bytes.wrap(content));
            }
        }
        return Optional.empty();
    }
}
