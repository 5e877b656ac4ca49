package io.confide.common.wire;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.secagg.CoordinatorMessage;

import java.time.Instant;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/** What the coordinator says to one site. */
public sealed interface CoordinatorBody {
    /**
     * Answer to a greeting.
     *
     * @param session whether frames of the old connection go on
     * @param goesOn in a new session the jobs that go on with the keys of this very process, because it is the coordinator
     *     that restarted; whatever else the site knows of is over
     */
    record Welcome(Instant clock, Session session, SortedSet<JobId> goesOn)
            implements CoordinatorBody {
        public Welcome {
            goesOn = Collections.unmodifiableSortedSet(new TreeSet<>(goesOn));
        }

        /** Where no job goes on over a restart of the coordinator. */
        public Welcome(Instant clock, Session session) {
            this(clock, session, Collections.emptySortedSet());
        }
    }

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
