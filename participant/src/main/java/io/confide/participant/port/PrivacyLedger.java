package io.confide.participant.port;

import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.privacy.PrivacyEvent;
import io.confide.common.secagg.LedgerHead;

/**
 * The privacy budgets of one site, and what was spent of them. Everything that is computed from records and leaves the
 * site is paid here first: {@link #reserve} once a job, then {@link #commit} before the first byte of each release. What
 * was committed is never given back, whether or not the release arrived anywhere.
 *
 * <p>The verdicts depend on declared parameters alone, never on data. Of a refusal the coordinator is told only that the
 * budget does not suffice; the sentence is for this site's operator. One thread.
 *
 * @see <a href="https://arxiv.org/abs/2008.11193">Feldman and Zrnic 2021, on filters of a fixed Rényi order</a>
 */
public interface PrivacyLedger extends AutoCloseable {
    /**
     * Sets aside what {@code terms} ask for; refused if the dataset has no budget, or one that would be exceeded together
     * with everything committed and reserved before. Equal terms again change nothing; other terms under the same job
     * are refused. After {@link #release} the same terms set aside again what was not committed.
     */
    Verdict reserve(Terms terms);

    /**
     * Charges one release of {@code job}: once this returns {@link Verdict.Granted} the charge outlives the process, and
     * the bytes may leave. The same job, round and input again are free: identical bytes may be sent twice. Another
     * input under the same round is another release. Refused if {@code job} has nothing reserved any more, or if the
     * budget was lowered below what is committed. Throws ConfideException(DISK_FULL) if it cannot be recorded: nothing may
     * leave then either, and the charge may count.
     *
     * @param input SHA-256 of what identifies the bytes that leave, noise included
     */
    Verdict commit(JobId job, long round, Digest input);

    /** Gives back what {@code job} reserved and never committed; nothing if it has no reservation. */
    void release(JobId job);

    /** Where the ledger stands, for the other sites to remember (PROTOCOL.md K7): everything up to there is durable. */
    LedgerHead head();

    @Override
    void close();

    /**
     * What one job asks for: at most {@code commits} releases from one dataset for one study.
     *
     * @param dataset its name in {@code participant.yaml}
     * @param event what one release costs, with the noise that is left in the worst case the job allows: the fewest
     *     survivors, all colluders. Its steps are the releases in one commit, 1 to 100 000. Where a job has releases of
     *     several kinds, the costliest of them
     * @param commits at least 1; aborted rounds count
     */
    record Terms(JobId job, String study, String dataset, PrivacyEvent event, int commits) {
        private static final long STEPS_MAX = 100_000;

        public Terms {
            if (commits < 1 || event.steps() < 1 || event.steps() > STEPS_MAX) {
                throw new IllegalArgumentException(
                        "terms need at least one commit, of 1 to " + STEPS_MAX + " steps");
            }
        }
    }

    /** What the ledger answers. */
    sealed interface Verdict {
        /** It is set aside, or charged. */
        record Granted() implements Verdict {}

        /**
         * Nothing may leave.
         *
         * @param why one sentence for this site's operator; it never leaves the site
         */
        record Refused(String why) implements Verdict {}
    }
}
