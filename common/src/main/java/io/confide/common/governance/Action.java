package io.confide.common.governance;

/** What can be asked for. What is not listed cannot be permitted. */
public enum Action {
    /** A person at a site accepts one plan by its hash. Site only; {@link Target.Work}. */
    APPROVE_PLAN("plan.approve"),
    /** A job's first key set-up. Both sides; {@link Target.Work}. */
    START_TRAINING("training.start"),
    /** One round of a job. Both sides, every round; {@link Target.Work}. */
    OPEN_ROUND("round.open"),
    /** Site only; {@link Target.Dataset}. */
    BIND_DATASET("dataset.bind"),
    /** Coordinator only; {@link Target.Submission}. */
    SUBMIT_JOB("job.submit"),
    /** Coordinator only; {@link Target.Job}. */
    CANCEL_JOB("job.cancel"),
    /** Coordinator only; {@link Target.Job}. */
    PAUSE_JOB("job.pause"),
    /** Coordinator only; {@link Target.Job}. */
    RESUME_JOB("job.resume"),
    /** Coordinator only; {@link Target.Job} or {@link Target.Round}. */
    READ_JOB("job.read"),
    /** A finished model becomes readable. Coordinator only; {@link Target.Model}. */
    RELEASE_MODEL("model.release"),
    /** Coordinator only; {@link Target.Artifact}. */
    READ_ARTIFACT("artifact.read"),
    /** Issue an enrolment token. Coordinator only; {@link Target.Site}. */
    ENROL_SITE("site.enrol"),
    /** The lists of jobs, sites, studies and models, and what needs a person. Coordinator only; {@link Target.Coordinator}. */
    OBSERVE("coordinator.observe"),
    /** The event log and whether its chain holds. Coordinator only; {@link Target.Coordinator}. */
    READ_LOG("log.read"),
    /** The record with which one leaf of a sum can be recomputed. Coordinator only; {@link Target.Audit}. */
    READ_AUDIT("audit.read");

    private final String word;

    Action(String word) {
        this.word = word;
    }

    /** The name in the event log. */
    public String word() {
        return word;
    }
}
