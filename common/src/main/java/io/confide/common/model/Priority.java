package io.confide.common.model;

/** How urgent a job is among those that wait for a place; nothing that a site decides about, and so no part of the plan. */
public enum Priority {
    LOW,
    NORMAL,
    HIGH;

    /** The next higher one, if there is one. */
    public Priority raised() {
        return switch (this) {
            case LOW -> NORMAL;
            case NORMAL, HIGH -> HIGH;
        };
    }
}
