package io.confide.common.secagg.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Both sides of a round whose vectors are longer than the heap, in a process of its own. */
class SmallHeapTest {
    /** 80 MB per vector. */
    private static final int LENGTH = 30_000_000;

    private static final String HEAP = "-Xmx48m";

    @TempDir Path directory;

    @Test
    void aRoundOfLongVectorsFitsASmallHeap() throws Exception {
        var leaves = run("leaves");
        assertEquals(0, leaves.status(), leaves::said);
        assertTrue(leaves.said().contains("exact"), leaves::said);
    }

    /** Otherwise the heap would not be small. */
    @Test
    void anArrayOfTheSameLengthDoesNot() throws Exception {
        var array = run("array");
        assertTrue(array.said().contains("OutOfMemoryError"), array::said);
    }

    private record Ended(int status, String said) {}

    private Ended run(String how) throws IOException, InterruptedException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var process =
                new ProcessBuilder(
                                java,
                                HEAP,
                                "-cp",
                                System.getProperty("java.class.path"),
                                LongVectors.class.getName(),
                                String.valueOf(LENGTH),
                                how,
                                directory.toString())
                        .redirectErrorStream(true)
                        .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), said);
    }
}
