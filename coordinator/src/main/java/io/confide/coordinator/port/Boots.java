package io.confide.coordinator.port;

import java.time.Duration;

/**
 * Which boots may add inputs up: a row for each in the database, with an end. A boot that is over may go on if nobody had to do
 * without it meanwhile; one that was fenced may not, ever. Now is when the database says it is. Blocking.
 */
public interface Boots {
    /** Begins {@code boot} of the member {@code name}, for {@code length} from now, and fences every other boot of that name. */
    void begin(Boot boot, String name, Duration length);

    /** Keeps the boot for {@code length} from now; returns false if it is fenced. */
    boolean keep(Boot boot, Duration length);

    /** Fences every boot of the member {@code name}. */
    void fence(String name);
}
