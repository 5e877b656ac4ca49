package io.confide.coordinator.aggregate;

import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.vector.StoredVector;
import io.confide.common.vector.VectorLostException;
import io.confide.common.vector.Words;
import io.confide.coordinator.port.Boot;
import io.confide.coordinator.port.Boots;
import io.confide.coordinator.port.Claims;
import io.confide.coordinator.port.InputStaging;

import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/** What sums need of others, in turns, and with what may go wrong there. */
final class SteppedPorts {
    private final Turns turns;
    private final SplittableRandom random;
    private final Rows rows;
    private final List<long[]> inputs;

    SteppedPorts(Turns turns, SplittableRandom random, Rows rows, List<long[]> inputs) {
        this.turns = turns;
        this.random = random;
        this.rows = rows;
        this.inputs = inputs;
    }

    /** Whether a lock locks anything. */
    enum Locking {
        ONE_AT_A_TIME,
        NONE
    }

    Lock lock(Locking locking) {
        return new Stepped(locking);
    }

    Boots boots() {
        return new Boots() {
            @Override
            public void begin(Boot boot, String name, Duration length) {
                turns.step();
                rows.begin(boot, name, length);
                turns.step();
            }

            @Override
            public boolean keep(Boot boot, Duration length) {
                turns.step();
                boolean kept = rows.keep(boot, length);
                turns.step();
                return kept;
            }

            @Override
            public void fence(String name) {
                throw new AssertionError("a member fences nobody");
            }
        };
    }

    /** Now and then nobody knows whether a row was written. */
    Claims claims() {
        return new Claims() {
            @Override
            public Claim claim(Input input, Boot boot) {
                turns.step();
                var claim = rows.claim(input, boot);
                turns.step();
                return claim;
            }

            @Override
            public boolean fold(Input input, Boot boot) {
                turns.step();
                int luck = random.nextInt(40);
                boolean folded = luck != 0 && rows.fold(input, boot);
                if (luck < 2) {
                    throw new ConfideException(ErrorCode.UNREACHABLE, "The database is away.");
                }
                turns.step();
                return folded;
            }
        };
    }

    InputStaging staging() {
        return new InputStaging() {
            @Override
            public void store(JobId job, long round, SiteId site, int chunk, Bytes content) {
                throw new AssertionError("everything is staged");
            }

            @Override
            public BitSet have(JobId job, long round, SiteId site) {
                throw new AssertionError("everything is staged");
            }

            @Override
            public StoredVector open(JobId job, long round, SiteId site, long size) {
                return new Stepping(inputs.get(Integer.parseInt(site.value().substring(1))));
            }

            @Override
            public void discard(JobId job, long round) {}
        };
    }

    /** A vector that is read in steps, and now and then not to its end. */
    private final class Stepping implements StoredVector {
        private final byte[] bytes;

        Stepping(long[] words) {
            this.bytes = Words.toBytes(words);
        }

        @Override
        public long length() {
            return bytes.length;
        }

        @Override
        public void read(long from, byte[] into, int count) {
            turns.step();
            if (random.nextInt(60) == 0) {
                throw new VectorLostException(new IllegalStateException("the disk is gone"));
            }
            System.arraycopy(bytes, (int) from, into, 0, count);
        }
    }

    /** A lock that the turns know of. */
    private final class Stepped implements Lock {
        private final Locking locking;
        private boolean held;

        Stepped(Locking locking) {
            this.locking = locking;
        }

        @Override
        public void lock() {
            turns.until(() -> locking == Locking.NONE || !held);
            held = true;
        }

        @Override
        public void unlock() {
            held = false;
        }

        @Override
        public void lockInterruptibly() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean tryLock() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean tryLock(long time, TimeUnit unit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Condition newCondition() {
            throw new UnsupportedOperationException();
        }
    }
}
