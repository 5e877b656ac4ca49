package io.confide.cli.demo;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What a person asked of the demo.
 *
 * @param rounds secure training rounds per fold; empty: as the job file says
 * @param data empty: pbc, or synthetic where it cannot be fetched
 * @param epsilon record-level differential privacy of the whole job; empty: none
 */
public record DemoOptions(
        OptionalInt rounds,
        OptionalInt sites,
        Optional<Data> data,
        OptionalDouble epsilon,
        Path home,
        Afterwards afterwards,
        Browser browser) {
    private static final int SITES_MIN = 3;
    private static final int SITES_MAX = 40;
    private static final int ROUNDS_MAX = 10_000;
    private static final double EPSILON_MIN = 0.1;
    private static final double EPSILON_MAX = 50;

    public DemoOptions {
        sites.ifPresent(DemoOptions::requireSites);
        rounds.ifPresent(DemoOptions::requireRounds);
        epsilon.ifPresent(DemoOptions::requireEpsilon);
    }

    /** Returns {@code epsilon} if a demo can train under it. */
    public static double requireEpsilon(double epsilon) {
        if (!(epsilon >= EPSILON_MIN && epsilon <= EPSILON_MAX)) {
            throw new ConfideException(
                    ErrorCode.BAD_ARGUMENT, "--dp must be an ε of 0.1 to 50, such as --dp 3.");
        }
        return epsilon;
    }

    /** Returns {@code sites} if a demo can have so many. */
    public static int requireSites(int sites) {
        if (sites < SITES_MIN || sites > SITES_MAX) {
            throw new ConfideException(
                    ErrorCode.BAD_ARGUMENT,
                    "--sites must be "
                            + SITES_MIN
                            + " to "
                            + SITES_MAX
                            + ": each is a process on this machine.");
        }
        return sites;
    }

    /** Returns {@code rounds} if a demo can train so many. */
    public static int requireRounds(int rounds) {
        if (rounds < 1 || rounds > ROUNDS_MAX) {
            throw new ConfideException(
                    ErrorCode.BAD_ARGUMENT, "--rounds must be 1 to " + ROUNDS_MAX + ".");
        }
        return rounds;
    }

    /** Which data. */
    public enum Data {
        PBC,
        SYNTHETIC
    }

    /** What happens when the job is over. */
    public enum Afterwards {
        STOP,
        KEEP_RUNNING
    }

    /** Whether to show the coordinator's page. */
    public enum Browser {
        LEAVE,
        OPEN
    }
}
