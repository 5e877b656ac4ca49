package io.confide.cli.demo;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a person asked of the demo.
 *
 * @param rounds secure training rounds per fold; empty: as the job file says
 * @param data empty: pbc, or synthetic where it cannot be fetched
 */
public record DemoOptions(
        OptionalInt rounds,
        OptionalInt sites,
        Optional<Data> data,
        Path home,
        Afterwards afterwards,
        Browser browser) {
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
