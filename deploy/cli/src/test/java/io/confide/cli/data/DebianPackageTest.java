package io.confide.cli.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

class DebianPackageTest {
    private static final byte[] CONTENT = "a;b\n1;2\n".getBytes(StandardCharsets.UTF_8);

    @TempDir Path folder;

    @Test
    void readsAnInstalledFileWithoutInstallingThePackage() throws IOException {
        var file = packageWith("./usr/share/x/data.csv");

        var read = new DebianPackage(file).read("/usr/share/x/data.csv");

        assertArrayEquals(CONTENT, read.orElseThrow().toArray());
    }

    @Test
    void findsNothingUnderAnotherPath() throws IOException {
        var file = packageWith("./usr/share/x/data.csv");

        assertTrue(new DebianPackage(file).read("/usr/share/x/other.csv").isEmpty());
    }

    private Path packageWith(String name) throws IOException {
        var data = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(new XZOutputStream(data, new LZMA2Options(1)))) {
            var entry = new TarArchiveEntry(name);
            entry.setSize(CONTENT.length);
            tar.putArchiveEntry(entry);
            tar.write(CONTENT);
            tar.closeArchiveEntry();
        }
        var file = folder.resolve("x_1_all.deb");
        try (var ar = new ArArchiveOutputStream(Files.newOutputStream(file))) {
            put(ar, "debian-binary", "2.0\n".getBytes(StandardCharsets.UTF_8));
            put(ar, "data.tar.xz", data.toByteArray());
        }
        return file;
    }

    private static void put(ArArchiveOutputStream ar, String name, byte[] content)
            throws IOException {
        ar.putArchiveEntry(new ArArchiveEntry(name, content.length));
        ar.write(content);
        ar.closeArchiveEntry();
    }
}
