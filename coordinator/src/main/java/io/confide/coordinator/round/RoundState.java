package io.confide.coordinator.round;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;

import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * Where a round is. Each phase holds exactly the facts it needs; an impossible round cannot be built.
 *
 * <pre>
 *      ┌─────────────────────┐
 * Collecting → Signing → Revealing → Unmasking → Done
 *      └──────────┴──────────┴───────────┴─────→ Failed
 * </pre>
 */
public sealed interface RoundState {
    /** Who takes part and who has dropped. */
    Roll roll();

    /** Inputs come in; {@code folded} are in the sum, with the proof each of them uploaded. */
    record Collecting(RoundRules rules, Roll roll, SortedMap<SiteId, UploadProof> folded)
            implements RoundState {
        public Collecting {
            folded = Sets.copyOf(folded);
            Subset.check(folded.keySet(), roll.cohort());
        }
    }

    /**
     * U3 = {@code included} is fixed and proposed; signatures of S_r come in.
     *
     * @param lost those of U3 whose vectors were in the memory of a process before this one and have not come again (R7)
     */
    record Signing(
            RoundRules rules,
            Roll roll,
            SortedMap<SiteId, UploadProof> included,
            SortedMap<SiteId, Bytes> signatures,
            SortedSet<SiteId> lost)
            implements RoundState {
        public Signing {
            included = Sets.copyOf(included);
            signatures = Sets.copyOf(signatures);
            lost = Sets.copyOf(lost);
            Subset.check(included.keySet(), roll.cohort());
            Subset.check(signatures.keySet(), roll.cohort());
            Subset.check(lost, included.keySet());
        }

        /** With the whole sum at hand. */
        public Signing(
                RoundRules rules,
                Roll roll,
                SortedMap<SiteId, UploadProof> included,
                SortedMap<SiteId, Bytes> signatures) {
            this(rules, roll, included, signatures, Collections.emptySortedSet());
        }
    }

    /**
     * The certificate is out; reveals come in. Without {@code signatures} it is the one that needs no vote.
     *
     * @param lost as in {@link Signing}; nothing is opened before they have come again
     */
    record Revealing(
            RoundRules rules,
            Roll roll,
            SortedMap<SiteId, UploadProof> included,
            SortedMap<SiteId, Bytes> signatures,
            SortedSet<SiteId> revealed,
            SortedSet<SiteId> lost)
            implements RoundState {
        public Revealing {
            lost = Sets.copyOf(lost);
            Subset.check(lost, included.keySet());
            included = Sets.copyOf(included);
            signatures = Sets.copyOf(signatures);
            revealed = Sets.copyOf(revealed);
            for (var site : revealed) {
                if (!roll.has(site) && !roll.mayStandIn(site)) {
                    throw new IllegalArgumentException("a site outside the epoch is counted");
                }
            }
            if (signatures.isEmpty() && !included.keySet().equals(roll.cohort())) {
                throw new IllegalArgumentException("only a full cohort needs no vote");
            }
        }

        /** With the whole sum at hand. */
        public Revealing(
                RoundRules rules,
                Roll roll,
                SortedMap<SiteId, UploadProof> included,
                SortedMap<SiteId, Bytes> signatures,
                SortedSet<SiteId> revealed) {
            this(rules, roll, included, signatures, revealed, Collections.emptySortedSet());
        }

        /** Which of the two certificates is out. */
        public Certificate certificate() {
            return signatures.isEmpty() ? Certificate.FAST : Certificate.VOTED;
        }
    }

    /** What lets sites reveal. */
    enum Certificate {
        /** At least q signatures of one statement. */
        VOTED,
        /** Everybody of U1 is included. */
        FAST
    }

    /** Enough shares are here; the masks are being taken off the sum that {@code certified} lets sites open. */
    record Unmasking(Revealing certified, Roll roll) implements RoundState {
        public SortedSet<SiteId> included() {
            return Sets.keys(certified.included());
        }

        public SortedSet<SiteId> revealed() {
            return certified.revealed();
        }
    }

    /** The sum of exactly {@code included} is out; {@code newModel} is {@link Digest#ZERO} if the task changes no model. */
    record Done(Roll roll, SortedSet<SiteId> included, Digest newModel) implements RoundState {
        public Done {
            included = Sets.copyOf(included);
        }
    }

    /** No sum of this round will ever come out. */
    record Failed(Roll roll, SortedSet<SiteId> included, FailureReason reason)
            implements RoundState {
        public Failed {
            included = Sets.copyOf(included);
        }
    }

    /** Why a round failed; each has a status byte in PROTOCOL.md §3.3, step 7. */
    enum FailureReason {
        TOO_FEW,
        NO_QUORUM,
        NO_SHARES,
        INTEGRITY,
        LEADER,
        /** The sum would differ from an earlier one in too few sites. */
        TOO_CLOSE
    }

    /** The subset law of every phase. */
    final class Subset {
        private Subset() {}

        static void check(java.util.Set<SiteId> part, java.util.Set<SiteId> whole) {
            if (!whole.containsAll(part)) {
                throw new IllegalArgumentException("a site outside the cohort is counted");
            }
        }
    }
}
