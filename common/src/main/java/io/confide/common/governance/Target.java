package io.confide.common.governance;

import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.Plan;
import io.confide.common.model.Sensitivity;
import io.confide.common.model.SiteId;

/** What an action is about. */
public sealed interface Target {
    /** The name in the event log; no personal data. */
    String id();

    /**
     * Training under a plan.
     *
     * @param cohort number of sites that take part, as far as it is known now
     */
    record Work(Plan plan, Digest planHash, int cohort) implements Target {
        @Override
        public String id() {
            return "plan/" + planHash.hex();
        }
    }

    record Dataset(SiteId site, String name, String study, Sensitivity sensitivity)
            implements Target {
        @Override
        public String id() {
            return "dataset/" + site + "/" + name;
        }
    }

    record Submission(String job, String study) implements Target {
        @Override
        public String id() {
            return "submission/" + job;
        }
    }

    /** @param owner id of the actor who submitted it */
    record Job(JobId job, String owner) implements Target {
        @Override
        public String id() {
            return "job/" + job;
        }
    }

    /** What was signed in one round of a job. */
    record Round(JobId job, long number) implements Target {
        @Override
        public String id() {
            return "job/" + job + "/rounds/" + number;
        }
    }

    /**
     * The record of a round's audit. It has a part of the sum in it, and all of a small model's, so it is read only where
     * weights are released.
     *
     * @param released what decide() released of this job
     */
    record Audit(JobId job, long number, Plan.Release released) implements Target {
        @Override
        public String id() {
            return "job/" + job + "/rounds/" + number;
        }
    }

    /** @param planned what the approved plan says may leave */
    record Model(JobId job, Plan.Release wish, Plan.Release planned) implements Target {
        @Override
        public String id() {
            return "model/" + job;
        }
    }

    /**
     * A file of a finished job.
     *
     * @param reveals the least release that covers it: METRICS for numbers and cards, WEIGHTS for a model
     * @param released what decide() released
     */
    record Artifact(JobId job, String name, Plan.Release reveals, Plan.Release released)
            implements Target {
        @Override
        public String id() {
            return "artifact/" + job + "/" + name;
        }
    }

    record Site(SiteId site) implements Target {
        @Override
        public String id() {
            return "site/" + site;
        }
    }

    /** The coordinator itself, as far as everybody may know of it. */
    record Coordinator() implements Target {
        @Override
        public String id() {
            return "coordinator";
        }
    }
}
