package io.confide.common.model;

/** Whether a round may close, once it has a sum, before the time of the plan is over, learnt from how long its sites usually need. */
public enum EarlyClose {
    OFF,
    ON
}
