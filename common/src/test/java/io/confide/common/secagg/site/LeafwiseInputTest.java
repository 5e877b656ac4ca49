package io.confide.common.secagg.site;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.crypto.CtrRandom;
import io.confide.common.crypto.Seed;
import io.confide.common.encoding.Codec;
import io.confide.common.encoding.Segment;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.HeaderBody;
import io.confide.common.secagg.OpenBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.VectorHash;
import io.confide.common.secagg.server.Acceptance;
import io.confide.common.secagg.server.RoundProtocol;
import io.confide.common.secagg.server.Unmasked;
import io.confide.common.vector.StoredVector;
import io.confide.common.vector.Words;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** Inputs that are encoded, masked, hashed and kept leaf by leaf. */
class LeafwiseInputTest {
    /** Three leaves, the last one short. */
    private static final int LENGTH = 800_000;

    private static final Codec CODEC =
            Codec.of(List.of(new Segment.Reals("update", LENGTH, 1, 16)), 4);

    @TempDir Path directory;
    private final Consortium consortium = Consortium.of(4, 1);

    @BeforeEach
    void setUp() {
        consortium.words = CODEC.words();
        consortium.setUp(1, 1, 4);
    }

    private static Map<String, double[]> payload(int site) {
        double[] values = new double[LENGTH];
        var random = new SplittableRandom(site);
        Arrays.setAll(values, _ -> random.nextDouble() - 0.5);
        return Map.of("update", values);
    }

    private static CtrRandom rounding() {
        return CtrRandom.of(Seed.copyOf(new byte[32]));
    }

    private SiteProtocol joined(int site, CoordinatorMessage.Open open) {
        assertInstanceOf(Reaction.Join.class, consortium.deliver(site, open));
        return consortium.sites.get(site);
    }

    private Reaction inLeaves(SiteProtocol site, Map<String, double[]> payload) {
        return site.input(1, CODEC.encoding(payload, rounding()), Consortium.dataVersion());
    }

    @Test
    void whatLeavesIsWhatAnArrayWouldHaveGiven() {
        var round = consortium.round(1, consortium.all());
        for (var place : new Place[] {Place.MEMORY, Place.FILE}) {
            int index = place.ordinal();
            place.prepare(consortium.records.get(index), directory.resolve("kept"));
            var site = joined(index, round.open());
            long[] expected = CODEC.encode(payload(index), rounding());
            site.rounds().epoch().orElseThrow().mask(1, ctx(round), consortium.all(), expected);
            var upload = assertInstanceOf(Reaction.Upload.class, inLeaves(site, payload(index)));
            assertArrayEquals(Words.toBytes(expected), upload.vector().whole().toArray());
            var header = HeaderBody.parse(upload.message().header().body()).orElseThrow();
            assertEquals(VectorHash.of(expected), header.vectorHash());
            assertEquals(place == Place.FILE, upload.vector() instanceof FiledInput.InFile);
            // In memory it is kept for another process, as an array is.
            assertEquals(
                    place == Place.MEMORY,
                    consortium.records.get(index).find(Consortium.JOB, 1).isPresent());
        }
    }

    private static Digest ctx(RoundProtocol round) {
        return OpenBody.parse(round.open().body().body()).orElseThrow().context().ctx();
    }

    private enum Place {
        MEMORY,
        FILE;

        void prepare(MemoryRecords records, Path file) {
            records.growing = this == FILE ? Optional.of(new FiledInput(file)) : Optional.empty();
        }
    }

    @Test
    void theSumOfInputsInFilesIsExact() throws Exception {
        var round = consortium.round(1, consortium.all());
        double[] sum = new double[LENGTH];
        for (int index = 0; index < 4; index++) {
            Place.FILE.prepare(consortium.records.get(index), directory.resolve("y" + index));
            var upload =
                    assertInstanceOf(
                            Reaction.Upload.class,
                            inLeaves(joined(index, round.open()), payload(index)));
            assertEquals(
                    new Acceptance.Accepted(),
                    round.fold(index, upload.message().header(), upload.vector()));
            double[] own = payload(index).getOrDefault("update", sum);
            Arrays.setAll(sum, at -> sum[at] + own[at]);
        }
        var cert = round.fastCert().orElseThrow();
        for (int index = 0; index < 4; index++) {
            round.reveal(index, consortium.answer(SiteMessage.Reveal.class, index, cert));
        }
        var unmasked = assertInstanceOf(Unmasked.Sum.class, round.unmask());
        assertArrayEquals(sum, CODEC.decode(unmasked.vector(), 4).get("update"), 4 * 2.0 / 65_535);
    }

    /** K11: what cannot be kept is not spent, and leaves in no other way. */
    @Test
    void aDiskThatFailsCostsTheRoundAndNothingElse() {
        var round = consortium.round(1, consortium.all());
        var records = consortium.records.getFirst();
        records.growing = Optional.of(new Failing());
        var site = joined(0, round.open());
        var failure = assertThrows(ConfideException.class, () -> inLeaves(site, payload(0)));
        assertEquals(ErrorCode.DISK_FULL, failure.code());
        requireNothingLeft(round, site, records);
    }

    @Test
    void aValueThatHasNoCodeCostsTheRoundAndNothingElse() {
        var round = consortium.round(1, consortium.all());
        var payload = payload(0);
        payload.get("update")[LENGTH - 1] = Double.NaN;
        var site = joined(0, round.open());
        assertThrows(IllegalArgumentException.class, () -> inLeaves(site, payload));
        requireNothingLeft(round, site, consortium.records.getFirst());
    }

    private void requireNothingLeft(RoundProtocol round, SiteProtocol site, MemoryRecords records) {
        assertTrue(records.pending(Consortium.JOB, 1).isEmpty());
        assertTrue(records.find(Consortium.JOB, 1).isEmpty());
        var again = assertInstanceOf(Reaction.Refused.class, inLeaves(site, payload(0)));
        assertEquals(Check.K13, again.refusal().check());
        assertInstanceOf(Reaction.Nothing.class, site.on(round.open()));
        assertFalse(site.awaitingInput().isPresent());
    }

    private static final class Failing implements KeptInputs.Growing {
        @Override
        public void add(byte[] bytes, int count) {}

        @Override
        public Optional<StoredVector> whole() {
            return Optional.empty();
        }
    }
}
