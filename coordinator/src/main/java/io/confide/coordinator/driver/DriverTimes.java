package io.confide.coordinator.driver;

import java.time.Duration;

/**
 * How long a job waits for what (PROTOCOL.md §3.8). They decide only who is dropped, never what is revealed.
 *
 * @param grace a lost connection may come back within it before the site counts as away
 * @param patience for sites to return or to approve when there are enough otherwise
 * @param reask after which whatever is not answered is sent again: a Propose or Cert every time, what takes long to answer (a plan,
 *     an Open) in growing pauses
 * @param giveUp after which a round without a quorum or without shares has failed
 * @param setupStep for one step of a key set-up; after an eighth and after half of it the silent are asked again
 * @param comeback for sites to notice that this coordinator restarted: a site hears nothing for 15 s at most, and then tries
 *     again every 10 s
 * @param leastRound no round closes earlier without a site that is there, however fast its sites usually are: well above what a
 *     busy machine or a garbage collection takes
 */
public record DriverTimes(
        Duration grace,
        Duration patience,
        Duration reask,
        Duration giveUp,
        Duration setupStep,
        Duration comeback,
        Duration leastRound) {
    private static final Duration LEAST_ROUND = Duration.ofMinutes(1);

    /** With the least round of {@link #STANDARD}. */
    DriverTimes(
            Duration grace,
            Duration patience,
            Duration reask,
            Duration giveUp,
            Duration setupStep,
            Duration comeback) {
        this(grace, patience, reask, giveUp, setupStep, comeback, LEAST_ROUND);
    }

    /** The times of PROTOCOL.md §3.8, such that a job below its floor has failed within 30 s. */
    public static final DriverTimes STANDARD =
            new DriverTimes(
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(15),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(30),
                    LEAST_ROUND);

    /** The same with another least time of a round. */
    public DriverTimes withLeastRound(Duration other) {
        return new DriverTimes(grace, patience, reask, giveUp, setupStep, comeback, other);
    }
}
