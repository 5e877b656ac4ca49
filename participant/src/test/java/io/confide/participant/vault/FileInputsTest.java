package io.confide.participant.vault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.vector.StoredVector;
import io.confide.common.vector.VectorLostException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;

/** The contract of KeptInputs, over restarts. */
class FileInputsTest {
    private static final JobId JOB = JobId.of("00010203-0405-0607-0809-0a0b0c0d0e0f");
    private static final JobId OTHER = JobId.of("10010203-0405-0607-0809-0a0b0c0d0e0f");
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    private static final Instant LATER = NOW.plusSeconds(600);

    @TempDir Path directory;
    private Home home;
    private FileInputs inputs;

    @BeforeEach
    void open() {
        home = new Home(directory);
        inputs = FileInputs.open(home);
    }

    @AfterEach
    void close() {
        inputs.close();
    }

    private void restart() {
        inputs.close();
        open();
    }

    private static Bytes input(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return Bytes.wrap(bytes);
    }

    private Optional<Bytes> found(JobId job, long round) {
        return inputs.find(job, round).map(StoredVector::whole);
    }

    private Path file() {
        return home.inputs().resolve(JOB.toString());
    }

    @Test
    void theNewestInputOfEachJobComesBackOverARestart() {
        for (int length : new int[] {8, 65_536, 65_544, 1_000_000}) {
            inputs.keep(JOB, 3, input(1, length), LATER);
            inputs.keep(OTHER, 9, input(2, 40), LATER);
            inputs.keep(JOB, 4, input(3, length), LATER);
            for (int life = 0; life < 2; life++) {
                assertEquals(Optional.of(input(3, length)), found(JOB, 4));
                assertEquals(Optional.of(input(2, 40)), found(OTHER, 9));
                assertEquals(Optional.empty(), found(JOB, 3));
                assertEquals(Optional.empty(), found(JOB, 9));
                restart();
            }
        }
    }

    @Test
    void nobodyElseMayReadIt() throws IOException {
        inputs.keep(JOB, 1, input(1, 100), LATER);
        assertEquals(
                PosixFilePermissions.fromString("rw-------"),
                Files.getPosixFilePermissions(file()));
    }

    /** Also of a longer one before it: after the outcome no byte is left. */
    @Test
    void whatIsForgottenIsOverwritten() throws IOException {
        inputs.keep(JOB, 1, input(1, 200_000), LATER);
        inputs.keep(JOB, 2, input(2, 1_000), LATER);
        inputs.forget(JOB, 1);
        assertEquals(Optional.of(input(2, 1_000)), found(JOB, 2));
        byte[] whole = Files.readAllBytes(file());
        assertTrue(isZero(Arrays.copyOfRange(whole, 24 + 1_000, whole.length)));
        restart();
        inputs.forget(JOB, 2);
        assertEquals(Optional.empty(), found(JOB, 2));
        byte[] rest = Files.readAllBytes(file());
        assertEquals(0, rest[7], "no round");
        assertTrue(isZero(Arrays.copyOfRange(rest, 24, rest.length)));
        restart();
        assertEquals(Optional.empty(), found(JOB, 2));
        assertEquals(Optional.empty(), found(JOB, 0));
    }

    private static boolean isZero(byte[] bytes) {
        for (byte value : bytes) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }

    @Test
    void whatIsKeptTooLongGoesWithItsFile() {
        inputs.keep(JOB, 1, input(1, 100), LATER);
        inputs.keep(OTHER, 1, input(2, 100), LATER);
        inputs.extend(OTHER, 1, LATER.plusSeconds(60));
        inputs.extend(OTHER, 1, NOW);
        inputs.extend(JOB, 2, LATER.plusSeconds(60));
        restart();
        inputs.forgetExpired(LATER);
        assertEquals(Optional.of(input(1, 100)), found(JOB, 1));
        inputs.forgetExpired(LATER.plusMillis(1));
        assertEquals(Optional.empty(), found(JOB, 1));
        assertFalse(Files.exists(file()));
        assertEquals(Optional.of(input(2, 100)), found(OTHER, 1));
        inputs.forgetExpired(LATER.plusSeconds(61));
        assertEquals(Optional.empty(), found(OTHER, 1));
        inputs.keep(JOB, 2, input(3, 50), LATER);
        assertEquals(Optional.of(input(3, 50)), found(JOB, 2));
    }

    /** A file of a job that is over goes with the next look at the clock. */
    @Test
    void anEmptyFileDoesNotStay() {
        inputs.keep(JOB, 1, input(1, 100), LATER);
        inputs.forget(JOB, Long.MAX_VALUE);
        assertTrue(Files.exists(file()));
        inputs.forgetExpired(NOW);
        assertFalse(Files.exists(file()));
    }

    /** It is found whole or in part or not at all, and never stops the site: what leaves is held against its hash. */
    @Test
    void killedAtEveryByteItStartsAgain() throws IOException {
        inputs.keep(JOB, 1, input(1, 64), LATER);
        byte[] whole = Files.readAllBytes(file());
        for (int cut = 0; cut < whole.length; cut++) {
            inputs.close();
            Files.write(file(), Arrays.copyOf(whole, cut));
            open();
            assertEquals(Optional.empty(), found(JOB, 1), "cut at byte " + cut);
        }
        inputs.close();
        byte[] huge = whole.clone();
        Arrays.fill(huge, 16, 24, (byte) 0x7f);
        Files.write(file(), huge);
        Files.writeString(home.inputs().resolve("of-no-job"), "text");
        open();
        assertEquals(Optional.empty(), found(JOB, 1));
        inputs.keep(JOB, 2, input(2, 16), LATER);
        assertEquals(Optional.of(input(2, 16)), found(JOB, 2));
    }

    /** Nothing is there before it is whole, and then it is read from its file, over restarts too. */
    @Test
    void anInputThatComesPieceByPieceIsThereOnceItIsWhole() {
        byte[] bytes = input(7, 200_001).toArray();
        inputs.keep(JOB, 1, input(1, 500_000), LATER);
        var growing = inputs.begin(JOB, 2, bytes.length, LATER).orElseThrow();
        for (int from = 0; from < bytes.length; from += 70_000) {
            assertEquals(Optional.empty(), growing.whole());
            int to = Math.min(bytes.length, from + 70_000);
            growing.add(Arrays.copyOfRange(bytes, from, to), to - from);
        }
        assertEquals(Optional.empty(), found(JOB, 2));
        assertEquals(Bytes.wrap(bytes), growing.whole().orElseThrow().whole());
        for (int life = 0; life < 2; life++) {
            assertEquals(Optional.of(Bytes.wrap(bytes)), found(JOB, 2));
            assertEquals(Optional.empty(), found(JOB, 1));
            restart();
        }
        inputs.begin(JOB, 3, 10, LATER).orElseThrow().add(new byte[10], 9);
        restart();
        assertEquals(Optional.empty(), found(JOB, 2));
        assertEquals(Optional.empty(), found(JOB, 3));
    }

    /** K11: bytes of a later input, whose record is not durable yet, never pass for those of an earlier one. */
    @Test
    void whoReadsALongInputNeverReadsTheNextOne() {
        inputs.close();
        inputs = FileInputs.open(home, 1_000);
        var growing = inputs.begin(JOB, 1, 2_000, LATER).orElseThrow();
        growing.add(input(1, 2_000).toArray(), 2_000);
        var reading = growing.whole().orElseThrow();
        inputs.keep(JOB, 2, input(2, 2_000), LATER);
        assertThrows(VectorLostException.class, reading::whole);
        var found = inputs.find(JOB, 2).orElseThrow();
        assertEquals(input(2, 2_000), found.whole());
        inputs.begin(JOB, 3, 2_000, LATER).orElseThrow().add(input(3, 2_000).toArray(), 2_000);
        assertThrows(VectorLostException.class, found::whole);
        inputs.keep(JOB, 4, input(4, 2_000), LATER);
        var over = inputs.find(JOB, 4).orElseThrow();
        inputs.forget(JOB, 4);
        inputs.keep(JOB, 5, input(5, 100), LATER);
        assertThrows(VectorLostException.class, over::whole);
        assertEquals(Optional.of(input(5, 100)), found(JOB, 5));
    }

    /** A disk that fails costs the repetition and nothing else. */
    @Test
    void aDiskThatFailsIsNoReasonToStop() throws IOException {
        inputs.keep(JOB, 1, input(1, 100), LATER);
        inputs.close();
        Files.delete(file());
        Files.createDirectory(file());
        open();
        inputs.keep(JOB, 2, input(2, 100), LATER);
        inputs.forget(JOB, 2);
        inputs.extend(JOB, 2, LATER);
        assertEquals(Optional.empty(), found(JOB, 2));
    }
}
