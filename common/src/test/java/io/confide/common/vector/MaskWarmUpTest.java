package io.confide.common.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.security.SecureRandom;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;

class MaskWarmUpTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long BATCH_BYTES = 3_000_000;
    private static final long OPTIMISED_NANOS =
            (long) (BATCH_BYTES / (2 * MaskWarmUp.OPTIMISED_BYTES_PER_NANO));

    @Test
    void makesAtLeastTheMasksAfterWhichTheJvmOptimises() {
        var warm = MaskWarmUp.run(RANDOM, new Clock(_ -> OPTIMISED_NANOS));

        assertTrue(warm.masks() >= MaskWarmUp.MASKS_MIN);
        assertTrue(warm.bytes() >= MaskWarmUp.BYTES_MIN);
    }

    @Test
    void endsWhenFastCodeWasNoFasterForAWhile() {
        var clock = new Clock(_ -> OPTIMISED_NANOS);

        MaskWarmUp.run(RANDOM, clock);

        assertEquals(1 + MaskWarmUp.PATIENCE, clock.batches());
    }

    @Test
    void goesOnOverALongStretchOfSlowCodeUntilTheFastOneIsThere() {
        long slow = MaskWarmUp.NANOS_MAX / (4 * MaskWarmUp.PATIENCE);
        var clock = new Clock(batch -> batch <= 2 * MaskWarmUp.PATIENCE ? slow : OPTIMISED_NANOS);

        MaskWarmUp.run(RANDOM, clock);

        assertEquals(3 * MaskWarmUp.PATIENCE + 1, clock.batches());
    }

    @Test
    void givesUpOnAProcessorThatNeverBecomesFast() {
        long slow = MaskWarmUp.NANOS_MAX / 10;
        var clock = new Clock(_ -> slow);

        MaskWarmUp.run(RANDOM, clock);

        assertEquals(10, clock.batches());
    }

    /** Time passes by batches alone: the first reading is their begin. */
    private static final class Clock implements LongSupplier {
        private final LongUnaryOperator nanosOfBatch;
        private int readings;
        private long now;

        Clock(LongUnaryOperator nanosOfBatch) {
            this.nanosOfBatch = nanosOfBatch;
        }

        @Override
        public long getAsLong() {
            if (++readings > 1) {
                now += nanosOfBatch.applyAsLong(batches());
            }
            return now;
        }

        int batches() {
            return readings - 1;
        }
    }
}
