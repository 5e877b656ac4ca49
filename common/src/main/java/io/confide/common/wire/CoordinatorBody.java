package io.confide.common.wire;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.secagg.CoordinatorMessage;

import java.time.Instant;

/** What the coordinator says to one site. */
public sealed interface CoordinatorBody {
    /** Answer to a greeting; {@code session} says whether frames of the old connection go on. */
    record Welcome(Instant clock, Session session) implements CoordinatorBody {}

    enum Session {
        NEW,
        RESUMED
    }

    /** The canonical bytes of a plan; planHash is their SHA-256. */
    record PlanOffer(JobId job, Bytes plan) implements CoordinatorBody {}

    /** The job is over: completed, failed or cancelled. */
    record JobEnded(JobId job, String outcome) implements CoordinatorBody {}

    /** Only acknowledges. */
    record Acknowledge() implements CoordinatorBody {}

    record Protocol(CoordinatorMessage message) implements CoordinatorBody {}
}
