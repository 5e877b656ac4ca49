package io.confide.coordinator.round;

/** Where the inputs of a round are added up; fixed when it is opened. */
public enum Summing {
    /** Whoever leads the job adds them: those that ride in messages, or may be asked for again one by one. */
    AT_LEADER,
    /** The member to which a site uploads adds its input; the sums of the members make U3 (PROTOCOL.md R2 to R6). */
    AT_MEMBERS
}
