package io.confide.common.secagg.site;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.crypto.Seed;
import io.confide.common.encoding.Codec;
import io.confide.common.encoding.Segment;
import io.confide.common.model.Digest;
import io.confide.common.secagg.ContextFields;
import io.confide.common.secagg.HeaderBody;
import io.confide.common.secagg.KeySchedule;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.RevealBody;
import io.confide.common.secagg.SecretKind;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.VectorBody;
import io.confide.common.secagg.site.HonestRound.Path;
import io.confide.common.secagg.site.HonestRound.Reach;
import io.confide.common.vector.MaskStream;
import io.confide.common.vector.Words;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The coordinator's whole view of an epoch, with everything its C colluding sites have: only the sum over
 * the honest included sites of each finished round is determined, and no plaintext is in it.
 */
class CoordinatorViewTest {
    private static final long FIRST = 1;

    private record Round(
            long number, ContextFields context, HonestRound run, HonestRound.Outcome outcome) {}

    private static final List<List<Reach>> STORIES =
            List.of(
                    HonestRound.everybody(7),
                    story(0, Reach.ABSENT),
                    story(3, Reach.NO_UPLOAD),
                    story(1, Reach.NO_SIGN),
                    story(2, Reach.NO_REVEAL),
                    List.of(
                            Reach.NO_UPLOAD,
                            Reach.LIVE,
                            Reach.LIVE,
                            Reach.ABSENT,
                            Reach.LIVE,
                            Reach.LIVE,
                            Reach.LIVE),
                    List.of(
                            Reach.NO_UPLOAD,
                            Reach.NO_UPLOAD,
                            Reach.NO_UPLOAD,
                            Reach.LIVE,
                            Reach.LIVE,
                            Reach.LIVE,
                            Reach.LIVE),
                    List.of(
                            Reach.NO_SIGN,
                            Reach.NO_SIGN,
                            Reach.NO_SIGN,
                            Reach.LIVE,
                            Reach.LIVE,
                            Reach.LIVE,
                            Reach.LIVE),
                    List.of(
                            Reach.NO_REVEAL,
                            Reach.NO_REVEAL,
                            Reach.NO_REVEAL,
                            Reach.LIVE,
                            Reach.LIVE,
                            Reach.LIVE,
                            Reach.LIVE));

    private static List<Reach> story(int site, Reach reach) {
        var all = new ArrayList<>(HonestRound.everybody(7));
        all.set(site, reach);
        return all;
    }

    @ParameterizedTest
    @CsvSource({"0,VOTED", "1,VOTED", "2,VOTED", "0,FAST", "1,FAST", "2,FAST"})
    void onlyTheSumOverTheHonestIncludedSitesOfEachRoundIsDetermined(int colluders, Path path) {
        var consortium = Consortium.of(7, colluders);
        consortium.setUp(1, FIRST, STORIES.size());
        var symbols = new SymbolicMasks();
        var expected = new HashSet<Set<String>>();
        for (int at = 0; at < STORIES.size(); at++) {
            Round round = play(consortium, FIRST + at, STORIES.get(at), path);
            addEquations(consortium, colluders, round, symbols);
            if (round.outcome.sum().isPresent()) {
                expected.add(
                        round.outcome.included().stream()
                                .filter(site -> site < 7 - colluders)
                                .map(site -> input(round, site))
                                .collect(Collectors.toSet()));
            }
        }
        var learned = symbols.learned();
        for (Map<String, Long> combination : learned) {
            assertEquals(1, Set.copyOf(combination.values()).size(), combination::toString);
        }
        assertEquals(expected, learned.stream().map(Map::keySet).collect(Collectors.toSet()));
        assertEquals(expected.size(), learned.size());
        assertTrue(expected.size() >= 5);
        expected.forEach(sum -> assertTrue(sum.size() >= consortium.policy.floor() - colluders));
    }

    @Test
    void theRankArgumentFindsALeakWhereThereIsOne() {
        var symbols = new SymbolicMasks();
        symbols.upload("x0", Map.of("s0", 1L, "p01", 1L));
        symbols.upload("x1", Map.of("p01", -1L));
        symbols.upload("x2", Map.of("s0", 1L, "p01", 2L));
        assertEquals(1, symbols.learned().size());
        symbols.upload("x3", Map.of());
        assertEquals(2, symbols.learned().size());
    }

    /** Runs a round and shows that every upload is input + self mask + pair masks, word for word. */
    private static Round play(Consortium consortium, long number, List<Reach> reach, Path path) {
        var run = HonestRound.of(consortium, number, reach).via(path);
        ContextFields context =
                new Adversary(consortium, 0)
                        .context(number, consortium.all(), Consortium.model(number));
        var self = new TreeMap<Integer, Seed>();
        var pairs = new HashMap<Integer, Map<Integer, Seed>>();
        for (int site = 0; site < consortium.n; site++) {
            var secrets = consortium.sites.get(site).rounds().epoch().orElseThrow().secrets();
            self.put(site, secrets.self().at(number));
            var mine = new TreeMap<Integer, Seed>();
            secrets.pairs().forEach((peer, table) -> mine.put(peer, table.at(number)));
            pairs.put(site, mine);
        }
        var outcome = run.run();
        for (var upload : uploads(consortium, number).entrySet()) {
            int site = upload.getKey();
            long[] masked = upload.getValue();
            long[] stripped =
                    Adversary.strip(site, context.ctx(), masked, self.get(site), pairs.get(site));
            assertArrayEquals(run.inputs().get(site), stripped);
        }
        requireCancelling(consortium, context, pairs);
        return new Round(number, context, run, outcome);
    }

    private static void requireCancelling(
            Consortium consortium, ContextFields context, Map<Integer, Map<Integer, Seed>> pairs) {
        long[] sum = new long[4];
        for (int i = 0; i < consortium.n; i++) {
            for (int j = 0; j < i; j++) {
                MaskStream.add(
                        KeySchedule.p(pairs.get(j).get(i), context.ctx()), sum, 0, sum.length);
                MaskStream.subtract(
                        KeySchedule.p(pairs.get(i).get(j), context.ctx()), sum, 0, sum.length);
            }
        }
        assertArrayEquals(new long[4], sum);
    }

    private static Map<Integer, long[]> uploads(Consortium consortium, long number) {
        var uploads = new TreeMap<Integer, long[]>();
        consortium
                .view
                .received(SiteMessage.Upload.class)
                .filter(
                        entry ->
                                HeaderBody.parse(entry.getValue().header().body())
                                                .orElseThrow()
                                                .round()
                                                .round()
                                        == number)
                .forEach(
                        entry -> {
                            var inline = (VectorBody.Inline) entry.getValue().vector();
                            uploads.put(entry.getKey(), Words.fromBytes(inline.bytes().toArray()));
                        });
        return uploads;
    }

    private static String input(Round round, int site) {
        return "x" + round.number + "/" + site;
    }

    /** One equation per honest upload; masks that the view opens are no unknowns. */
    private static void addEquations(
            Consortium consortium, int colluders, Round round, SymbolicMasks symbols) {
        int honest = consortium.n - colluders;
        var reveals = reveals(consortium, round.number);
        Set<Integer> selfOpen = new HashSet<>();
        Set<Integer> pairsOpen = new HashSet<>();
        for (int about = 0; about < consortium.n; about++) {
            int self = shares(reveals, about, SecretKind.SELF, honest) + colluders;
            int recovery = shares(reveals, about, SecretKind.RECOVERY, honest) + colluders;
            int t = consortium.policy.t();
            assertFalse(about < honest && self >= t && recovery >= t, "both secrets of a site");
            if (self >= t) {
                selfOpen.add(about);
            }
            if (recovery >= t) {
                pairsOpen.add(about);
            }
        }
        for (int site : uploads(consortium, round.number).keySet()) {
            if (site < honest) {
                var masks = new HashMap<String, Long>();
                if (!selfOpen.contains(site)) {
                    masks.put("s" + round.number + "/" + site, 1L);
                }
                for (int peer = 0; peer < honest; peer++) {
                    if (peer != site && !pairsOpen.contains(peer) && !pairsOpen.contains(site)) {
                        String pair = Math.min(site, peer) + "-" + Math.max(site, peer);
                        masks.put("p" + round.number + "/" + pair, site < peer ? 1L : -1L);
                    }
                }
                symbols.upload(input(round, site), masks);
            }
        }
    }

    private static Map<Integer, RevealBody> reveals(Consortium consortium, long number) {
        var reveals = new TreeMap<Integer, RevealBody>();
        consortium
                .view
                .received(SiteMessage.Reveal.class)
                .forEach(
                        entry -> {
                            RevealBody body =
                                    RevealBody.parse(entry.getValue().body().body()).orElseThrow();
                            if (body.round().round() == number) {
                                reveals.put(entry.getKey(), body);
                            }
                        });
        return reveals;
    }

    private static int shares(
            Map<Integer, RevealBody> reveals, int about, SecretKind kind, int honest) {
        return (int)
                reveals.entrySet().stream()
                        .filter(entry -> entry.getKey() < honest)
                        .map(entry -> entry.getValue().shares().get(about))
                        .filter(share -> share != null && share.kind() == kind)
                        .count();
    }

    @Test
    void noPlaintextUpdateWeightLossOrCountOfASiteIsInTheView() {
        var codec =
                Codec.of(
                        List.of(
                                new Segment.Reals("update", 12, 1.0, 16),
                                new Segment.Reals("weight", 1, 1.0, 32),
                                new Segment.Reals("loss", 1, 20.0, 32),
                                new Segment.Counts("rows", 1)),
                        7);
        var consortium = Consortium.of(7, 2);
        consortium.words = codec.words();
        consortium.setUp(1, FIRST, 3);
        var random = new Random(5);
        var plain = new HashSet<Long>();
        for (int at = 0; at < 3; at++) {
            var inputs = new ArrayList<long[]>();
            var rows = new ArrayList<Double>();
            for (int site = 0; site < 7; site++) {
                var payload = payload(random);
                rows.add(payload.get("rows")[0]);
                long[] words = codec.encode(payload, random);
                inputs.add(words.clone());
                for (int k = 0; k < words.length - 1; k++) {
                    plain.add(words[k]);
                }
            }
            long number = FIRST + at;
            var round =
                    new HonestRound(
                            consortium,
                            consortium.round(number, consortium.all()),
                            STORIES.get(2 * at),
                            inputs);
            var outcome = round.run();
            assertEquals(ResultBody.Status.DONE, outcome.status());
            requireCounts(codec, outcome, rows);
        }
        assertTrue(plain.size() > 100);
        requireAbsent(consortium.view, plain);
    }

    private static Map<String, double[]> payload(Random random) {
        return Map.of(
                "update", random.doubles(12, -1, 1).toArray(),
                "weight", random.doubles(1, 0.1, 1).toArray(),
                "loss", random.doubles(1, 0.1, 5).toArray(),
                "rows", new double[] {(1L << 33) + random.nextInt(1 << 20)});
    }

    private static void requireCounts(Codec codec, HonestRound.Outcome outcome, List<Double> rows) {
        double expected = outcome.included().stream().mapToDouble(rows::get).sum();
        try {
            var sums = codec.decode(outcome.sum().orElseThrow(), outcome.included().size());
            assertEquals(expected, sums.get("rows")[0]);
        } catch (io.confide.common.encoding.IntegrityException e) {
            throw new AssertionError(e);
        }
    }

    /** No word, in either byte order and at any offset, of any byte string that was ever sent. */
    private static void requireAbsent(View view, Set<Long> words) {
        List<byte[]> all = view.allBytes();
        assertTrue(all.size() > 1000);
        for (byte[] bytes : all) {
            var big = ByteBuffer.wrap(bytes);
            var little = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            for (int at = 0; at + Long.BYTES <= bytes.length; at++) {
                assertFalse(words.contains(big.getLong(at)), "a plaintext word was sent");
                assertFalse(words.contains(little.getLong(at)), "a plaintext word was sent");
            }
        }
    }

    @Test
    void noSecretOfASiteIsInTheView() {
        var consortium = Consortium.of(4, 1);
        var drawn = new ArrayList<RecordingKeys>();
        for (int site = 0; site < 4; site++) {
            drawn.add(new RecordingKeys(KeySource.of(consortium.random)));
            consortium.sites.set(site, consortium.newSite(site, drawn.get(site)));
        }
        consortium.setUp(1, FIRST, 3);
        var secrets = new HashSet<String>();
        drawn.forEach(keys -> keys.secrets().forEach(seed -> secrets.add(hex(seed))));
        for (SiteProtocol site : consortium.sites) {
            var epoch = site.rounds().epoch().orElseThrow().secrets();
            for (long r = FIRST; r < FIRST + 3; r++) {
                secrets.add(hex(epoch.self().at(r)));
                for (RoundTable table : epoch.pairs().values()) {
                    secrets.add(hex(table.at(r)));
                }
            }
        }
        for (long r = FIRST; r < FIRST + 2; r++) {
            HonestRound.of(consortium, r, r == FIRST ? HonestRound.everybody(4) : dropped()).run();
        }
        String view =
                consortium.view.allBytes().stream()
                        .map(bytes -> java.util.HexFormat.of().formatHex(bytes))
                        .collect(Collectors.joining(" "));
        assertTrue(secrets.size() > 4 * 3 * 3);
        for (String secret : secrets) {
            assertFalse(view.contains(secret));
        }
    }

    private static List<Reach> dropped() {
        var reach = new ArrayList<>(Collections.nCopies(4, Reach.LIVE));
        reach.set(2, Reach.NO_UPLOAD);
        return reach;
    }

    private static String hex(Seed seed) {
        return java.util.HexFormat.of().formatHex(seed.reveal());
    }

    @Test
    void theMaskedWordsOfAConstantInputLookUniform() {
        var consortium = Consortium.of(3, 0);
        consortium.words = 4096;
        consortium.setUp(1, FIRST, 1);
        SiteEpoch epoch = consortium.sites.get(0).rounds().epoch().orElseThrow();
        long[] words = new long[consortium.words];
        epoch.mask(FIRST, Digest.ZERO, consortium.all(), words);
        for (int bit = 0; bit < Long.SIZE; bit++) {
            int position = bit;
            long ones =
                    IntStream.range(0, words.length)
                            .filter(k -> (words[k] >>> position & 1) == 1)
                            .count();
            // Eight standard deviations of a fair coin.
            assertTrue(Math.abs(ones - words.length / 2.0) < 8 * Math.sqrt(words.length) / 2);
        }
    }
}
