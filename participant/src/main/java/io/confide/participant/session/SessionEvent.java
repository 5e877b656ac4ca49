package io.confide.participant.session;

import io.confide.common.encoding.Encoding;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.JobId;
import io.confide.common.secagg.site.Reaction;
import io.confide.common.wire.CoordinatorBody;
import io.confide.participant.port.LocalData;

import java.util.Optional;

/** What can happen to a session. */
sealed interface SessionEvent {
    record Welcomed(CoordinatorBody.Welcome welcome) implements SessionEvent {}

    record Received(CoordinatorBody body) implements SessionEvent {}

    record Lost() implements SessionEvent {}

    record Unreachable(String why) implements SessionEvent {}

    record LinkFailed(ConfideException reason) implements SessionEvent {}

    record Stop() implements SessionEvent {}

    /** Something the training thread has finished for a job. */
    sealed interface Finished extends SessionEvent {
        JobId job();
    }

    /** The rows are bound; empty if no dataset is for this study. */
    record Bound(JobId job, Optional<LocalData> data) implements Finished {}

    record BindingFailed(JobId job, ConfideException reason) implements Finished {}

    record ModelFetched(JobId job, Reaction.Join join, Bytes model) implements Finished {}

    /** The encoded input of a round, not masked yet: handed over, never kept. */
    record Trained(JobId job, long round, EncodedInput input) implements Finished {}

    /** The site's ledger did not pay for the input of a round, which therefore is not made. {@code why} stays at this site. */
    record Unpaid(JobId job, long round, String why) implements Finished {}

    /** The input of a round that takes none any more was not made, or not paid for and thrown away. */
    record Abandoned(JobId job, long round) implements Finished {}

    record InputUploaded(JobId job, Reaction.Upload upload) implements Finished {}

    /** {@code cause} stays at this site. */
    record WorkFailed(JobId job, long round, Throwable cause) implements Finished {}

    /** The vector of a round without masks, owned by whoever holds this. */
    sealed interface EncodedInput {
        /** All words. */
        final class Made implements EncodedInput {
            private final long[] words;

            Made(long[] words) {
                this.words = words;
            }

            long[] words() {
                return words;
            }
        }

        /** Words that are made when they are masked: the vector is too long to be in memory beside what it is made from. */
        record InLeaves(Encoding leaves) implements EncodedInput {}
    }
}
