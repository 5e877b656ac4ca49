package io.confide.common.wire;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.Subject;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a site says. */
public sealed interface SiteBody {
    /** The job that it is about; empty if it is about the connection. */
    default Optional<JobId> about() {
        return switch (this) {
            case PlanAnswer answer -> Optional.of(answer.job);
            case Progress progress -> Optional.of(progress.job);
            case Declined declined -> Optional.of(declined.job);
            case Protocol(var message) -> Optional.of(message.job());
            case Greeting _, Acknowledge _ -> Optional.empty();
        };
    }

    /** First frame of a connection. {@code bootId} (16 bytes) is drawn by every process anew. */
    record Greeting(
            Bytes bootId, Instant clock, String software, List<Dataset> datasets, Capacity capacity)
            implements SiteBody {
        public Greeting {
            datasets = List.copyOf(datasets);
        }
    }

    record Dataset(String name, String study, List<String> columns) {
        public Dataset {
            columns = List.copyOf(columns);
        }
    }

    /** The site's own decision about a plan. */
    record PlanAnswer(JobId job, Digest planHash, Verdict verdict, List<String> reasons)
            implements SiteBody {
        public PlanAnswer {
            reasons = List.copyOf(reasons);
        }
    }

    enum Verdict {
        PERMITTED,
        PENDING_APPROVAL,
        DENIED
    }

    record Progress(JobId job, long round, Stage stage) implements SiteBody {}

    enum Stage {
        TRAINING,
        UPLOADING,
        IDLE
    }

    /** A refused message about {@code subject}: the id of the check, e.g. {@code K15}. */
    record Declined(JobId job, Subject subject, String check) implements SiteBody {}

    /** Only acknowledges. */
    record Acknowledge() implements SiteBody {}

    /** A message of the secure aggregation protocol. */
    record Protocol(SiteMessage message) implements SiteBody {}
}
