package io.confide.coordinator.aggregate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.VectorBody;
import io.confide.common.secagg.VectorHash;
import io.confide.common.vector.StoredVector;
import io.confide.common.vector.VectorLostException;
import io.confide.common.vector.Words;
import io.confide.coordinator.port.InputStaging;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.LongStream;

class FileInputStagingTest {
    private static final JobId JOB = new JobId(new UUID(1, 2));
    private static final SiteId SITE = new SiteId("basel");
    private static final int WORDS = InputStaging.CHUNK_BYTES / 8 + 100;

    @TempDir Path directory;
    private InputStaging staging;
    private final long[] vector =
            LongStream.range(0, WORDS).map(i -> i * 0x9e3779b97f4a7c15L).toArray();

    @BeforeEach
    void open() {
        staging = new FileInputStaging(directory.resolve("staging"));
    }

    private Bytes bytes() {
        return Bytes.wrap(Words.toBytes(vector));
    }

    private void store(int chunk) {
        byte[] bytes = Words.toBytes(vector);
        int from = chunk * InputStaging.CHUNK_BYTES;
        int to = Math.min(bytes.length, from + InputStaging.CHUNK_BYTES);
        staging.store(JOB, 1, SITE, chunk, Bytes.wrap(Arrays.copyOfRange(bytes, from, to)));
    }

    @Test
    void aWholeVectorIsReadBackWhateverTheOrderAndRepetitionOfItsChunks() {
        store(1);
        store(0);
        store(1);
        assertEquals(bytes(), whole(staging.open(JOB, 1, SITE, WORDS * 8L)));
        var both = new BitSet();
        both.set(0, 2);
        assertEquals(both, staging.have(JOB, 1, SITE));
    }

    private static Bytes whole(StoredVector vector) {
        byte[] bytes = new byte[Math.toIntExact(vector.length())];
        vector.read(0, bytes, bytes.length);
        return Bytes.wrap(bytes);
    }

    @Test
    void anyPieceCanBeReadAlsoAcrossChunks() {
        store(0);
        store(1);
        var staged = staging.open(JOB, 1, SITE, WORDS * 8L);
        byte[] piece = new byte[300];
        staged.read(InputStaging.CHUNK_BYTES - 100, piece, 300);
        byte[] all = Words.toBytes(vector);
        int from = InputStaging.CHUNK_BYTES - 100;
        assertArrayEquals(Arrays.copyOfRange(all, from, from + 300), piece);
        assertThrows(
                IndexOutOfBoundsException.class, () -> staged.read(WORDS * 8L - 299, piece, 300));
        assertEquals(
                VectorHash.ofBytes(all), VectorHash.of(staging.open(JOB, 1, SITE, WORDS * 8L)));
    }

    /** What was verified is read again when it is added, so nobody may exchange it in between. */
    @Test
    void theFirstOfAChunkStays() {
        store(0);
        store(1);
        var opened = staging.open(JOB, 1, SITE, WORDS * 8L);
        staging.store(JOB, 1, SITE, 1, Bytes.wrap(new byte[100 * 8]));
        assertEquals(bytes(), whole(opened));
        staging.discard(JOB, 1);
        assertThrows(VectorLostException.class, () -> whole(opened));
    }

    @Test
    void aMissingOrShortChunkIsNoVector() {
        store(0);
        var failure =
                assertThrows(ConfideException.class, () -> staging.open(JOB, 1, SITE, WORDS * 8L));
        assertEquals(ErrorCode.PROTOCOL, failure.code());
        staging.store(JOB, 1, SITE, 1, Bytes.wrap(new byte[8]));
        assertThrows(ConfideException.class, () -> staging.open(JOB, 1, SITE, WORDS * 8L));
    }

    @Test
    void theReaderTakesOnlyVectorsOfTheRoundsLength() {
        store(0);
        store(1);
        var reader = new InputReader(staging, JOB, 1);
        var whole = new VectorBody.Chunked(WORDS * 8L, Digest.ZERO.value());
        assertEquals(bytes(), whole(reader.read(SITE, whole, WORDS).orElseThrow()));
        assertEquals(Optional.empty(), reader.read(SITE, whole, WORDS + 1));
        var inside = Bytes.wrap(new byte[16]);
        var inline = new VectorBody.Inline(inside);
        assertEquals(Optional.of(StoredVector.of(inside)), reader.read(SITE, inline, 2));
        assertEquals(Optional.empty(), reader.read(SITE, inline, 3));
    }

    @Test
    void whatIsStagedNeverOutlivesItsRoundOrTheProcess() {
        store(0);
        staging.discard(JOB, 2);
        assertEquals(1, staging.have(JOB, 1, SITE).cardinality());
        staging.discard(JOB, 1);
        assertEquals(0, staging.have(JOB, 1, SITE).cardinality());
        store(0);
        open();
        assertEquals(0, staging.have(JOB, 1, SITE).cardinality());
        assertFalse(Files.exists(directory.resolve("staging")));
    }
}
