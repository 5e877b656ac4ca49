package io.confide.common.secagg;

import io.confide.common.layout.Label;
import io.confide.common.layout.LayoutReader;
import io.confide.common.layout.LayoutWriter;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.graph.Committee;
import io.confide.common.secagg.graph.SparseParameters;

import java.util.Optional;

/**
 * The parameters of secure aggregation for one job, as the coordinator proposes and every site recomputes them (K1).
 *
 * @param n N, the size of the roster
 * @param colluders C
 * @param gammaPpm corrupt share of the roster in parts per million
 * @param deltaPpm assumed dropout rate in parts per million; 0 on the complete graph
 * @param k neighbours in the graph; 0 = complete
 * @param t shares that open a secret
 * @param q signatures of a certificate
 * @param mMin smallest sum that hides its inputs
 * @param sMin smallest sum the study asks for
 * @param mDiff two sums of a job are over the same sites or differ in at least so many (K17); 1 = off
 * @param fastPath whether a FastCert may replace the vote
 * @param codecHash SHA-256 of the codec bytes of the job
 * @param archHash SHA-256 of the model's manifest
 */
public record SecAggPolicy(
        int n,
        int colluders,
        int gammaPpm,
        int deltaPpm,
        int k,
        int t,
        int q,
        int mMin,
        int sMin,
        int mDiff,
        FastPath fastPath,
        Digest codecHash,
        Digest archHash) {
    /** The largest roster for the complete graph; above it a policy is sparse. */
    public static final int COMPLETE_SITES_MAX = 200;

    private static final int PPM = 1_000_000;

    /** The u8 "fast" of the layout. */
    public enum FastPath {
        REFUSED,
        ALLOWED
    }

    /**
     * The policy of the complete graph with t = q (PROTOCOL.md §3.6); the roster decides all but the last four.
     * Differences between sums are not looked at: {@link #withDifference}.
     */
    public static SecAggPolicy completeGraph(
            Roster roster,
            int minimumIncluded,
            FastPath fastPath,
            Digest codecHash,
            Digest archHash) {
        if (roster.size() > COMPLETE_SITES_MAX) {
            throw new IllegalArgumentException(
                    "the complete graph has at most %d sites, not %d"
                            .formatted(COMPLETE_SITES_MAX, roster.size()));
        }
        return new SecAggPolicy(
                roster.size(),
                roster.colluders(),
                gammaPpm(roster),
                0,
                0,
                roster.t(),
                roster.q(),
                roster.mMin(),
                minimumIncluded,
                1,
                fastPath,
                codecHash,
                archHash);
    }

    /**
     * The policy of the sparse graph for dropouts of {@code deltaPpm} parts per million, which every other number follows
     * from with N and C; every round is voted on (K20). Empty if there is no such graph.
     */
    public static Optional<SecAggPolicy> sparseGraph(
            Roster roster, int deltaPpm, int minimumIncluded, Digest codecHash, Digest archHash) {
        int n = roster.size();
        if (deltaPpm < 0 || deltaPpm > PPM) {
            return Optional.empty();
        }
        int dropouts = dropouts(n, deltaPpm);
        if (n >= Committee.ROSTER_MIN
                && Committee.find(n, roster.colluders(), dropouts).isEmpty()) {
            return Optional.empty();
        }
        return SparseParameters.find(n, roster.colluders(), dropouts)
                .map(
                        graph ->
                                new SecAggPolicy(
                                        n,
                                        roster.colluders(),
                                        gammaPpm(roster),
                                        deltaPpm,
                                        graph.k(),
                                        graph.threshold(),
                                        roster.q(),
                                        roster.mMin(),
                                        minimumIncluded,
                                        1,
                                        FastPath.REFUSED,
                                        codecHash,
                                        archHash));
    }

    private static int gammaPpm(Roster roster) {
        return Math.toIntExact((long) PPM * roster.colluders() / roster.size());
    }

    private static int dropouts(int n, int deltaPpm) {
        return Math.toIntExact((long) deltaPpm * n / PPM);
    }

    /** The same with another smallest difference between two sums (K17). */
    public SecAggPolicy withDifference(int smallest) {
        return new SecAggPolicy(
                n, colluders, gammaPpm, deltaPpm, k, t, q, mMin, sMin, smallest, fastPath,
                codecHash, archHash);
    }

    /** What the sparse graph promises; empty on the complete graph. */
    public Optional<SparseParameters> sparse() {
        if (k == 0) {
            return Optional.empty();
        }
        Optional<SparseParameters> found =
                SparseParameters.find(n, colluders, dropouts(n, deltaPpm))
                        .filter(graph -> graph.k() == k);
        if (found.isEmpty()) {
            throw new IllegalStateException(
                    "no graph of %d neighbours has this policy".formatted(k));
        }
        return found;
    }

    /** Who signs in place of all accepted sites; empty below {@value Committee#ROSTER_MIN} sites. */
    public Optional<Committee> committee() {
        return n < Committee.ROSTER_MIN
                ? Optional.empty()
                : Committee.find(n, colluders, dropouts(n, deltaPpm));
    }

    /** The smallest number of inputs in a sum: max(m_min, q, S_min). */
    public int floor() {
        return Math.max(Math.max(mMin, q), sMin);
    }

    /** L("policy") ‖ ten u32 ‖ u8 fast ‖ codecHash ‖ archHash. */
    public Bytes bytes() {
        return LayoutWriter.of(Label.POLICY)
                .u32(n)
                .u32(colluders)
                .u32(gammaPpm)
                .u32(deltaPpm)
                .u32(k)
                .u32(t)
                .u32(q)
                .u32(mMin)
                .u32(sMin)
                .u32(mDiff)
                .u8(code(fastPath))
                .raw(codecHash)
                .raw(archHash)
                .toBytes();
    }

    /** policyHash = SHA-256 of {@link #bytes()}. */
    public Digest hash() {
        return Digest.of(bytes());
    }

    /** The policy of exactly these bytes; whether it is acceptable is for K1 to say. */
    public static Optional<SecAggPolicy> parse(Bytes body) {
        return LayoutReader.parse(
                body,
                Label.POLICY,
                in ->
                        new SecAggPolicy(
                                in.u32(),
                                in.u32(),
                                in.u32(),
                                in.u32(),
                                in.u32(),
                                in.u32(),
                                in.u32(),
                                in.u32(),
                                in.u32(),
                                in.u32(),
                                fastPath(in.u8()),
                                in.digest(),
                                in.digest()));
    }

    private static int code(FastPath fastPath) {
        return switch (fastPath) {
            case REFUSED -> 0;
            case ALLOWED -> 1;
        };
    }

    private static FastPath fastPath(int code) {
        return switch (code) {
            case 0 -> FastPath.REFUSED;
            case 1 -> FastPath.ALLOWED;
            default -> throw new IllegalArgumentException("fast is 0 or 1, not " + code);
        };
    }
}
