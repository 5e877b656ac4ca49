package io.confide.common.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

class PrivateFilesTest {
    private static final byte[] OLD = {1};
    private static final byte[] NEW = {2};

    @TempDir Path directory;

    @Test
    void aFileIsReplacedWholeAndOnlyForItsOwner() throws Exception {
        var file = directory.resolve("file");
        PrivateFiles.write(file, OLD);
        PrivateFiles.write(file, NEW);
        assertArrayEquals(NEW, Files.readAllBytes(file));
        assertEquals("rw-------", mode(file));
        assertFalse(Files.exists(directory.resolve("file.new")));
    }

    @Test
    void aNewFileIsOnlyForItsOwnerAndReplacesNothing() throws Exception {
        var file = directory.resolve("file");
        PrivateFiles.writeNew(file, OLD);
        assertArrayEquals(OLD, Files.readAllBytes(file));
        assertEquals("rw-------", mode(file));
        assertThrows(FileAlreadyExistsException.class, () -> PrivateFiles.writeNew(file, NEW));
        assertArrayEquals(OLD, Files.readAllBytes(file));
    }

    @Test
    void aFileForAnotherAccountKeepsItsMode() throws Exception {
        var file = directory.resolve("file");
        PrivateFiles.writeFor(directory, file, OLD);
        assertEquals("rw-------", mode(file));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        PrivateFiles.writeFor(file, file, NEW);
        assertArrayEquals(NEW, Files.readAllBytes(file));
        assertEquals("rw-r-----", mode(file));
        assertEquals(Files.getOwner(directory), Files.getOwner(file));
    }

    @Test
    void whoMayNotGiveAFileAwayIsToldAndChangesNothing() throws Exception {
        var root = Path.of("/");
        assumeFalse(Files.getOwner(directory).equals(Files.getOwner(root)), "root may");
        var file = directory.resolve("file");
        PrivateFiles.write(file, OLD);
        var refused =
                assertThrows(ConfideException.class, () -> PrivateFiles.writeFor(root, file, NEW));
        assertEquals(ErrorCode.DENIED, refused.code());
        assertTrue(refused.sentence().contains("nothing was changed"), refused::sentence);
        assertArrayEquals(OLD, Files.readAllBytes(file));
        assertFalse(Files.exists(directory.resolve("file.new")));
    }

    private static String mode(Path file) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
