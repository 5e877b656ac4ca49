package io.confide.common.wire;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a site's machine can do, in the coarse words of its operating system. Nothing in here depends on data.
 *
 * @param processors 1 to 65 536
 * @param memoryMebibytes a power of two: a class, not a measurement
 * @param accelerator what training uses beside the processors, in 1 to 64 printable ASCII characters
 */
public record Capacity(int processors, long memoryMebibytes, Optional<String> accelerator) {
    public static final int PROCESSORS_MAX = 1 << 16;
    public static final long MEMORY_MEBIBYTES_MAX = 1L << 30;
    private static final Pattern PRINTABLE = Pattern.compile("[ -~]{1,64}");
    private static final int MEBIBYTE_BITS = 20;

    /** Throws IllegalArgumentException with a sentence that repeats nothing of what was given. */
    public Capacity {
        require(
                processors >= 1 && processors <= PROCESSORS_MAX,
                "the number of processors is not 1 to 65536");
        require(
                memoryMebibytes >= 1
                        && memoryMebibytes <= MEMORY_MEBIBYTES_MAX
                        && Long.bitCount(memoryMebibytes) == 1,
                "the memory is not a power of two of at most 2^30 MiB");
        require(
                accelerator.isEmpty() || PRINTABLE.matcher(accelerator.get()).matches(),
                "the accelerator is not 1 to 64 printable characters");
    }

    /** Of a machine with {@code memoryBytes}, which go to the nearer power of two; what lies outside a bound goes to it. */
    public static Capacity of(int processors, long memoryBytes, Optional<String> accelerator) {
        long mebibytes = Math.clamp(memoryBytes >> MEBIBYTE_BITS, 1, MEMORY_MEBIBYTES_MAX);
        long below = Long.highestOneBit(mebibytes);
        return new Capacity(
                Math.clamp(processors, 1, PROCESSORS_MAX),
                mebibytes - below < below / 2 || below == 1 ? below : 2 * below,
                accelerator);
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }
}
