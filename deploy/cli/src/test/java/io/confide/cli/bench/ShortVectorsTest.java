package io.confide.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.cli.Terminal;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.OutputStream;
import java.io.PrintStream;
import java.security.SecureRandom;

/** Whole rounds of both sides over vectors around one word: d of 1, and of one less than, as many as and one more than a word's lanes. */
class ShortVectorsTest {
    @ParameterizedTest
    @CsvSource({
        // Of 18 bits three to a word.
        "4, 16, 1, 1", "4, 16, 2, 1", "4, 16, 3, 1", "4, 16, 4, 2",
        // Of 11 bits five to a word.
        "7, 8, 1, 1", "7, 8, 4, 1", "7, 8, 5, 1", "7, 8, 6, 2",
        // Of 51 bits one to a word.
        "5, 48, 1, 1", "5, 48, 2, 2"
    })
    void theSumIsExact(int sites, int bits, int dimension, int dataWords) {
        for (int lost = 0; lost <= 1; lost++) {
            var workload = new Workload(sites, dimension, bits, 0, lost, LostAt.UPLOAD, 1, 0);
            var random = new SecureRandom();
            var nowhere = new PrintStream(OutputStream.nullOutputStream());
            var progress =
                    new BenchProgress(new Terminal(nowhere, nowhere, Terminal.Look.PLAIN, 80));
            try (var consortium = new BenchConsortium(workload, random)) {
                assertEquals(dataWords + 1, consortium.codec().words());
                var heap = new HeapWatch();
                var epoch = new SetUpRun(consortium, progress, heap).run().epoch();
                var made =
                        new RoundRun(
                                        consortium,
                                        epoch,
                                        1,
                                        random,
                                        progress.stage("rounds", sites),
                                        heap)
                                .run(RoundRun.Collection.NONE);
                assertEquals(sites - lost, made.included().size());
                assertTrue(made.fit().isExact());
            }
        }
    }
}
