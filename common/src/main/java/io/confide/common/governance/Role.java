package io.confide.common.governance;

/** The five roles of people, and the two processes that act in their own name. */
public enum Role {
    /** Speaks for the data of one site. */
    STEWARD,
    /** Runs the participant of one site. */
    OPERATOR,
    /** Asks. */
    RESEARCHER,
    /** Hosts: invites sites, runs rounds; signs no grant. */
    ADMIN,
    /** Checks; also the ethics board. */
    AUDITOR,
    /** The coordinator process. */
    COORDINATOR,
    /** The participant process of one site. */
    PARTICIPANT
}
