package io.confide.common.model;

/** How urgent a job is among those that wait for a place; nothing that a site decides about, and so no part of the plan. */
public enum Priority {
    LOW,
    NORMAL,
    HIGH
}
