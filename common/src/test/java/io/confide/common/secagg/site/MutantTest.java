package io.confide.common.secagg.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.crypto.Seed;
import io.confide.common.crypto.VerifyingKey;
import io.confide.common.model.Bytes;
import io.confide.common.secagg.ContextFields;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.common.secagg.KeySchedule;
import io.confide.common.secagg.RevealBody;
import io.confide.common.secagg.SecretKind;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.SiteSet;
import io.confide.common.vector.MaskStream;
import io.confide.common.vector.Words;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Bugs planted into real sites, each with the oracle that must notice it. The oracles also judge sites without the bug and
 * must find nothing. A header that nobody checks is the sixth: {@link AttackTest} reads an input without K15.
 */
class MutantTest {
    private static final long R = 1;
    private static final Bytes MODEL = Consortium.model(R);

    // Seeds with too little in them (A13). Sixteen bits for 32: 65 536 times faster, otherwise the
    // same.

    @Test
    void a13SeedsWithFewBitsAreFoundFromTheCanaryAlone() {
        assertTrue(guessesPairSeeds(weakened(Consortium.of(4, 1))));
        assertFalse(guessesPairSeeds(ready(Consortium.of(4, 1))));
    }

    private static Consortium ready(Consortium consortium) {
        consortium.setUp(1, R, 2);
        return consortium;
    }

    /** Both ends of a pair use only the first two bytes of e; everything else is as it was, and sums stay exact. */
    private static Consortium weakened(Consortium consortium) {
        ready(consortium);
        for (SiteProtocol site : consortium.sites) {
            SiteEpoch real = site.rounds().epoch().orElseThrow();
            var secrets = real.secrets();
            var pairs = new TreeMap<Integer, RoundTable>();
            secrets.pairs().forEach((peer, table) -> pairs.put(peer, copy(table, 32, 2)));
            var held = new TreeMap<Integer, RoundTable>();
            secrets.held().forEach((dealer, table) -> held.put(dealer, copy(table, 64, 32)));
            site.rounds()
                    .enter(
                            new SiteEpoch(
                                    real.facts(),
                                    new SiteEpoch.EpochSecrets(
                                            copy(secrets.self(), 32, 32),
                                            pairs,
                                            held,
                                            copy(secrets.own(), 32, 32)),
                                    new TreeMap<>()));
        }
        return consortium;
    }

    private static RoundTable copy(RoundTable table, int rowBytes, int kept) {
        byte[] rows = new byte[2 * rowBytes];
        for (int row = 0; row < 2; row++) {
            for (int offset = 0; offset < rowBytes; offset += Seed.BYTES) {
                byte[] seed = table.at(R + row, offset).reveal();
                System.arraycopy(seed, 0, rows, row * rowBytes + offset, Math.min(kept, 32));
            }
        }
        return new RoundTable(rows, rowBytes, R);
    }

    /**
     * What a coordinator with one colluder knows after an honest round, and one known word: the canary. It tries all seeds
     * of two bytes for both pairs that it does not know, and meets in the middle.
     */
    private static boolean guessesPairSeeds(Consortium consortium) {
        var bad = new Adversary(consortium, 1);
        Map<Integer, Seed> colluding = bad.colludersSeeds(0, R);
        var round = HonestRound.of(consortium, R, HonestRound.everybody(4));
        var sum = round.untilResult().sum().orElseThrow();
        long[] plain = new long[Consortium.WORDS];
        round.inputs().forEach(input -> Words.addInto(plain, input));
        assertTrue(Arrays.equals(plain, sum), "the sum oracle does not see this mutant");
        ContextFields context = bad.context(R, consortium.all(), MODEL);
        Seed b = bad.secret(reveals(consortium), 0, SecretKind.SELF, R).orElseThrow();
        long[] left = Adversary.strip(0, context.ctx(), uploaded(consortium, 0), b, colluding);
        int canary = Consortium.WORDS - 1;
        Map<Long, Seed> byMask = new HashMap<>();
        for (int guess = 0; guess < 1 << 16; guess++) {
            Seed e = seedOf(guess);
            byMask.put(mask(e, context)[canary], e);
        }
        for (Seed first : byMask.values()) {
            long[] mask = mask(first, context);
            Optional<Seed> second =
                    Optional.ofNullable(byMask.get(left[canary] - 1 - mask[canary]));
            if (second.isPresent()) {
                long[] other = mask(second.get(), context);
                Arrays.setAll(left, word -> left[word] - mask[word] - other[word]);
                return Arrays.equals(round.inputs().get(0), left);
            }
        }
        return false;
    }

    private static Seed seedOf(int guess) {
        byte[] bytes = new byte[Seed.BYTES];
        bytes[0] = (byte) guess;
        bytes[1] = (byte) (guess >> 8);
        return Seed.copyOf(bytes);
    }

    private static long[] mask(Seed e, ContextFields context) {
        long[] words = new long[Consortium.WORDS];
        MaskStream.add(KeySchedule.p(e, context.ctx()), words, 0, words.length);
        return words;
    }

    private static SortedMap<Integer, RevealBody> reveals(Consortium consortium) {
        var reveals = new TreeMap<Integer, RevealBody>();
        consortium
                .view
                .received(SiteMessage.Reveal.class)
                .forEach(
                        each ->
                                reveals.put(
                                        each.getKey(),
                                        RevealBody.parse(each.getValue().body().body())
                                                .orElseThrow()));
        return reveals;
    }

    private static long[] uploaded(Consortium consortium, int site) {
        var upload =
                consortium
                        .view
                        .received(SiteMessage.Upload.class)
                        .filter(each -> each.getKey() == site)
                        .findFirst()
                        .orElseThrow();
        return Words.fromBytes(
                ((io.confide.common.secagg.VectorBody.Inline) upload.getValue().vector())
                        .bytes()
                        .toArray());
    }

    // A statement is one per site and round, and so is the kind of share for every site.

    @Test
    void aSecondSetOfSurvivorsShowsInWhatASiteSigned() {
        assertEquals(2, statementsSigned(Consortium.without(7, 2, Check.K18)));
        assertEquals(1, statementsSigned(Consortium.of(7, 2)));
    }

    /** How many statements of one round carry a valid signature of site 1. */
    private static int statementsSigned(Consortium consortium) {
        ready(consortium);
        var bad = new Adversary(consortium, 2);
        var asked = new Asked(bad);
        var statements = new TreeSet<String>();
        for (SiteSet included : asked.twoSets()) {
            Reaction reaction =
                    consortium.sites.get(1).on(bad.propose(asked.context, included, asked.headers));
            if (reaction instanceof Reaction.Send send) {
                Bytes statement = Adversary.statement(asked.context, included, asked.headers);
                Bytes signature = ((SiteMessage.Sign) send.message()).signature();
                assertTrue(
                        VerifyingKey.of(consortium.identities.get(1).publicKey())
                                .orElseThrow()
                                .verifies(statement, signature));
                statements.add(statement.hex());
            }
        }
        return statements.size();
    }

    @Test
    void bothKindsOfSharesOfOneSiteShowInWhatSitesReveal() {
        assertTrue(bothKinds(Consortium.without(7, 2, Check.K18, Check.K21)));
        assertFalse(bothKinds(Consortium.of(7, 2)));
    }

    /** Whether any holder gave both kinds of shares of one site in one round. */
    private static boolean bothKinds(Consortium consortium) {
        ready(consortium);
        var bad = new Adversary(consortium, 2);
        var asked = new Asked(bad);
        Map<String, SecretKind> given = new HashMap<>();
        boolean both = false;
        for (SiteSet included : asked.twoSets()) {
            var reveals = bad.ask(asked.context, included, asked.headers, honest(5));
            for (var reveal : reveals.entrySet()) {
                for (var share : reveal.getValue().shares().entrySet()) {
                    SecretKind before =
                            given.putIfAbsent(
                                    reveal.getKey() + " about " + share.getKey(),
                                    share.getValue().kind());
                    both |= before != null && before != share.getValue().kind();
                }
            }
        }
        assertFalse(given.isEmpty());
        return both;
    }

    private static List<Integer> honest(int count) {
        var sites = new ArrayList<Integer>();
        for (int site = 0; site < count; site++) {
            sites.add(site);
        }
        return sites;
    }

    /** A round with everybody's upload, and two sets of survivors that differ in site 0. */
    private static final class Asked {
        final ContextFields context;
        final SortedMap<Integer, UploadProof> headers = new TreeMap<>();
        final List<long[]> inputs = new ArrayList<>();
        final Map<Integer, long[]> vectors = new TreeMap<>();
        private final Consortium consortium;

        Asked(Adversary bad) {
            this.consortium = bad.consortium;
            this.context = bad.context(R, consortium.all(), MODEL);
            for (int site = 0; site < consortium.n; site++) {
                inputs.add(consortium.randomInput());
                if (bad.colluders.contains(site)) {
                    headers.put(site, bad.forged(site, context));
                } else {
                    var made =
                            bad.upload(site, bad.open(context, MODEL), inputs.get(site))
                                    .orElseThrow();
                    headers.put(site, Adversary.proof(made));
                    vectors.put(site, Words.fromBytes(made.vector().whole().toArray()));
                }
            }
        }

        List<SiteSet> twoSets() {
            return List.of(consortium.all(), consortium.all().minus(consortium.set(0)));
        }
    }

    // A threshold for fewer colluders than there are (A27): every check is on, and two halves sign.

    @Test
    void a27AThresholdThatIsTooLowOpensBothSecretsWithEveryCheckOn() {
        assertTrue(twoHalves(Consortium.of(7, 0)));
        assertFalse(twoHalves(Consortium.of(7, 2)));
    }

    private static boolean twoHalves(Consortium consortium) {
        ready(consortium);
        var bad = new Adversary(consortium, 2);
        var asked = new Asked(bad);
        List<SiteSet> sets = asked.twoSets();
        var first = bad.ask(asked.context, sets.get(0), asked.headers, List.of(1, 2));
        var second = bad.ask(asked.context, sets.get(1), asked.headers, List.of(3, 4));
        Optional<Seed> b = bad.secret(first, 0, SecretKind.SELF, R);
        Optional<Seed> w = bad.secret(second, 0, SecretKind.RECOVERY, R);
        return b.isPresent()
                && w.isPresent()
                && Arrays.equals(
                        asked.inputs.get(0),
                        Adversary.strip(
                                0,
                                asked.context.ctx(),
                                asked.vectors.get(0),
                                b.get(),
                                bad.pairSeeds(0, w.get(), R)));
    }

    /** No q − 1 shares of a secret rebuild it, and any q do. */
    @Test
    void fewerSharesThanTheQuorumRebuildNothing() {
        assertEquals(5, sharesNeeded(Consortium.of(7, 2)));
        assertEquals(4, sharesNeeded(Consortium.of(7, 0)));
    }

    private static int sharesNeeded(Consortium consortium) {
        ready(consortium);
        var secrets = consortium.sites.get(0).rounds().epoch().orElseThrow().secrets();
        Seed b = secrets.self().at(R);
        var shares = new TreeMap<Integer, byte[]>();
        for (int holder = 1; holder < consortium.n; holder++) {
            SiteEpoch epoch = consortium.sites.get(holder).rounds().epoch().orElseThrow();
            shares.put(holder + 1, epoch.share(0, SecretKind.SELF, R).reveal());
        }
        int needed = 1;
        while (!io.confide.common.secagg.Shamir.rebuild(shares, needed).equals(b)) {
            needed++;
        }
        return needed;
    }
}
