package io.confide.common.secagg.audit;

import io.confide.common.crypto.Seed;
import io.confide.common.encoding.Codec;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.LeafProof;
import io.confide.common.secagg.Roster;
import io.confide.common.secagg.RosterKeys;
import io.confide.common.secagg.RoundLayout;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.VectorHash;
import io.confide.common.vector.MaskStream;
import io.confide.common.vector.Words;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Recomputes the audited leaf of a sum from an {@link AuditRecord} and the roster alone (PROTOCOL.md §3.10). It shows that the
 * leaves that the included sites signed, each once, and the seeds in the record give the sum in the record, so it finds mistakes
 * in adding and opening. It convicts no coordinator that lies: the seeds are its word alone, so {@link Facts#bitsToForge} is all
 * that false ones cost, and no signature names the sum or shows what was made of it.
 */
public final class SumCheck {
    private static final int LEAF_WORDS = VectorHash.LEAF_BYTES / Words.BYTES;

    private final Roster roster;
    private final RosterKeys keys;

    public SumCheck(Roster roster) {
        this.roster = roster;
        this.keys = RosterKeys.of(roster);
    }

    /**
     * What the record is about.
     *
     * @param leaf which one was audited, from 0
     * @param leaves of a vector of this round
     * @param words in the audited leaf, its canary included
     * @param seeds whose masks are taken off
     */
    public record Facts(CertifiedRound round, int leaf, int leaves, int words, int seeds) {
        /**
         * About the binary logarithm of the tries after which false seeds pass. Nobody signs the seeds, and what is recomputed
         * with them is held against the coordinator's own sum and one word, the canary; so however long the leaf is, this is
         * the generalised birthday search over 64 bits with as many lists as there are seeds (Wagner, CRYPTO 2002).
         */
        public int bitsToForge() {
            int halvings = 31 - Integer.numberOfLeadingZeros(Math.max(1, seeds));
            return Long.SIZE / (1 + halvings);
        }
    }

    /**
     * @param facts empty if the record cannot even be read
     * @param missing the included sites whose part nobody handed over: the sum cannot be recomputed then
     * @param problems sentences; empty if nothing was found wrong
     */
    public record Checked(Optional<Facts> facts, List<SiteId> missing, List<String> problems) {
        public Checked {
            missing = List.copyOf(missing);
            problems = List.copyOf(problems);
        }

        /** Never where a part is missing. */
        public boolean passed() {
            return facts.isPresent() && missing.isEmpty() && problems.isEmpty();
        }
    }

    /** Checks {@code record}; whatever does not hold is a sentence. */
    public Checked check(AuditRecord record) {
        var problems = new ArrayList<String>();
        if (!record.roster().equals(roster.bytes())) {
            problems.add("The record is over another roster than the one to check against.");
            return new Checked(Optional.empty(), List.of(), problems);
        }
        var round = CertifiedRound.check(record.signed(), roster, keys, problems);
        var words = round.flatMap(certified -> words(record, certified, problems));
        if (words.isEmpty() || round.flatMap(CertifiedRound::statement).isEmpty()) {
            return new Checked(Optional.empty(), List.of(), problems);
        }
        var facts = facts(record, round.get(), words.get());
        var missing = missing(record, round.get());
        boolean proven = checkLeaves(record, facts, words.get(), problems);
        boolean seeded = checkSeeds(record, round.get(), problems);
        if (proven && seeded && missing.isEmpty()) {
            checkSum(record, facts, problems);
        }
        return new Checked(Optional.of(facts), missing, problems);
    }

    /** The words of a vector of this round, by the codec that the certificate names. */
    private static Optional<Integer> words(
            AuditRecord record, CertifiedRound round, List<String> problems) {
        if (!Digest.of(record.codec()).equals(round.context().codecHash())) {
            problems.add("The codec in the record is not that of the certified round.");
            return Optional.empty();
        }
        try {
            return Optional.of(Codec.parse(record.codec()).words());
        } catch (IllegalArgumentException _) {
            problems.add("The codec of the round is not readable.");
            return Optional.empty();
        }
    }

    private static Facts facts(AuditRecord record, CertifiedRound round, int words) {
        int leaves = VectorHash.leaves(bytes(words));
        int leaf = RoundLayout.auditedLeaf(round.statementHash(), leaves);
        int seeds =
                record.selfSeeds().size()
                        + record.pairSeeds().values().stream().mapToInt(Map::size).sum();
        return new Facts(
                round, leaf, leaves, Math.min(LEAF_WORDS, words - leaf * LEAF_WORDS), seeds);
    }

    private static long bytes(int words) {
        return (long) Words.BYTES * words;
    }

    private List<SiteId> missing(AuditRecord record, CertifiedRound round) {
        return round.included().indices().stream()
                .filter(site -> !record.leaves().containsKey(site))
                .map(site -> roster.member(site).site())
                .toList();
    }

    private boolean checkLeaves(AuditRecord record, Facts facts, int words, List<String> problems) {
        int before = problems.size();
        SiteSet included = facts.round().included();
        record.leaves()
                .forEach(
                        (site, proof) -> {
                            if (!isOf(included, site)) {
                                problems.add(
                                        "The record has a leaf of a site that is not in the sum.");
                            } else if (!holds(record, site, proof, facts, words)) {
                                problems.add(
                                        "What the record shows of %s is not leaf %d of the input that it signed."
                                                .formatted(
                                                        roster.member(site).site(), facts.leaf()));
                            }
                        });
        return problems.size() == before;
    }

    private static boolean holds(
            AuditRecord record, int site, LeafProof proof, Facts facts, int words) {
        var header = Optional.ofNullable(record.headers().get(site));
        return header.filter(
                        signed ->
                                VectorHash.holds(
                                        proof,
                                        facts.leaf(),
                                        bytes(words),
                                        new Digest(signed.vectorHash())))
                .isPresent();
    }

    private static boolean checkSeeds(
            AuditRecord record, CertifiedRound round, List<String> problems) {
        SiteSet included = round.included();
        SiteSet opened = round.context().opened();
        boolean own = record.selfSeeds().keySet().equals(new HashSet<>(included.indices()));
        boolean pairs =
                record.pairSeeds().entrySet().stream()
                        .allMatch(
                                each ->
                                        isOf(opened, each.getKey())
                                                && !included.contains(each.getKey())
                                                && each.getValue().keySet().stream()
                                                        .allMatch(site -> isOf(included, site)));
        if (!own || !pairs) {
            problems.add(
                    "The seeds in the record are not those that belong to this round's sites.");
        }
        return own && pairs;
    }

    private static boolean isOf(SiteSet sites, int site) {
        return site >= 0 && site < sites.rosterSize() && sites.contains(site);
    }

    /** The canary first: it tells a seed that is wrong from a sum that is. */
    private static void checkSum(AuditRecord record, Facts facts, List<String> problems) {
        long[] recomputed = recompute(record, facts);
        int included = facts.round().included().size();
        if (recomputed[recomputed.length - 1] != included) {
            problems.add(
                    "The seeds in the record do not open the leaf: one of them is wrong or"
                            + " missing.");
        } else if (!Bytes.wrap(Words.toBytes(recomputed)).equals(record.sum())) {
            problems.add(
                    "The coordinator's leaf of the sum is not the sum of the leaves of the included"
                            + " sites.");
        }
    }

    private static long[] recompute(AuditRecord record, Facts facts) {
        // Mask words have the numbers of the whole vector's, so the leaf lies where it lies there.
        var sum = new long[facts.words()];
        record.leaves().values().forEach(proof -> Words.addInto(sum, proof.leaf().unsafeArray()));
        record.selfSeeds().values().forEach(seed -> put(sum, facts, seed, Sign.OFF));
        record.pairSeeds()
                .forEach(
                        (dropped, seeds) ->
                                seeds.forEach(
                                        (site, seed) ->
                                                put(
                                                        sum,
                                                        facts,
                                                        seed,
                                                        site < dropped ? Sign.OFF : Sign.ON)));
        return sum;
    }

    private enum Sign {
        ON,
        OFF
    }

    private static void put(long[] sum, Facts facts, Seed seed, Sign sign) {
        long[] mask = MaskStream.words(seed, (long) facts.leaf() * LEAF_WORDS, sum.length);
        for (int word = 0; word < sum.length; word++) {
            sum[word] +=
                    switch (sign) {
                        case ON -> mask[word];
                        case OFF -> -mask[word];
                    };
        }
        Arrays.fill(mask, 0);
    }
}
