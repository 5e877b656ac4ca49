package io.confide.common.secagg.site;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.SignedBody;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a site must remember over a restart (PROTOCOL.md §3.7). Never a secret. Every method that
 * records returns only when the record is durable, and throws if it cannot be made so: then nothing
 * was sent yet.
 */
public interface SiteRecords {
    /** Returns the highest round of {@code job} recorded by {@link #recordRound}; 0 if there is none. */
    long lastRound(JobId job);

    /** Returns the highest epoch of {@code job} recorded by {@link #recordEpoch}; 0 if there is none. */
    long lastEpoch(JobId job);

    /** Returns how often {@link #recordSeed} recorded {@code job}. */
    int seedsRevealed(JobId job);

    /** Records one S2 of {@code job} on the sparse graph before it is sent (K2). */
    void recordSeed(JobId job);

    /** Records an epoch before its Confirm is sent. */
    void recordEpoch(EpochRecord epoch);

    /** Returns the rounds, of whatever job, whose uploads were made from {@code inputs}, oldest first; K11. */
    List<RoundRecord> spentBy(InputKey inputs);

    /** Records an upload before its first masked byte leaves; from then on its inputs are spent. */
    void recordRound(RoundRecord round);

    /** Returns the newest record of {@code job} if it is of {@code round} and no outcome of that round is recorded. */
    Optional<RoundRecord> pending(JobId job, long round);

    /** Returns the sites of every sum of {@code job} recorded by {@link #recordSum}; K17. */
    Set<Set<SiteId>> sums(JobId job);

    /** Records the sites of a sum before this site signs for it or reveals a share. */
    void recordSum(SumRecord sum);

    /** Records how a round ended, and what can be checked of it later if this site helped to open its sum. */
    void recordOutcome(JobId job, long round, RoundOutcome outcome, Optional<Receipt> receipt);

    /** Returns the newest signed result that changed the model of {@code job}. */
    Optional<SignedBody> newestModel(JobId job);

    /** Replaces {@link #newestModel} of {@code job}. */
    void recordModel(JobId job, SignedBody result);

    /**
     * Returns the Confirm (S5) in which the ledger of the site with this identity key was furthest, of whatever job (A31). A site
     * that enrolled anew has another key, and so another ledger.
     */
    Optional<SignedBody> furthestLedger(Bytes identity);

    /** Replaces {@link #furthestLedger} of each of these identities. */
    void recordLedgers(LedgerRecord ledgers);

    /** Appends to the evidence log. */
    void recordEvidence(Evidence evidence);

    record EpochRecord(JobId job, long epoch, long firstRound, int rounds) {}

    /** What a sum was made from. Two rounds with the same key could be subtracted from each other. */
    record InputKey(Digest model, Digest config, Digest dataVersion) {}

    /**
     * One upload.
     *
     * @param roster hash of the roster whose members they are
     * @param quorum how many of {@code accepted} make an AbortCert (K27)
     * @param accepted bitmap of the sites of the epoch that sign: all, or its committee (PROTOCOL.md §3.1)
     * @param header the signed upload header, which carries the hash of the masked vector
     */
    record RoundRecord(
            JobId job,
            Bytes epochId,
            Digest roster,
            int sites,
            int colluders,
            int quorum,
            Bytes accepted,
            long round,
            InputKey inputs,
            SignedBody header) {}

    /** What a sum is over, by name, as indices belong to one roster; {@code round} is the first one over these sites. */
    record SumRecord(JobId job, long round, Set<SiteId> sites) {
        public SumRecord {
            sites = Set.copyOf(sites);
        }
    }

    /**
     * Where the ledgers of other sites were.
     *
     * @param job in whose set-up they said so
     * @param confirms by Ed25519 key
     */
    record LedgerRecord(JobId job, Map<Bytes, SignedBody> confirms) {
        public LedgerRecord {
            confirms = Map.copyOf(confirms);
        }
    }

    /** Signed messages that contradict each other, and the check that found it. */
    record Evidence(JobId job, Check check, long round, List<SignedBody> messages) {
        public Evidence {
            messages = List.copyOf(messages);
        }
    }
}
