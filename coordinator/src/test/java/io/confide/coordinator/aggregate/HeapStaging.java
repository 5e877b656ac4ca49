package io.confide.coordinator.aggregate;

import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.vector.StoredVector;
import io.confide.common.vector.VectorLostException;
import io.confide.common.vector.Words;
import io.confide.coordinator.port.InputStaging;

import java.util.BitSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** Whole vectors in memory, which fail or stop when a test says so. */
public final class HeapStaging implements InputStaging {
    private final Map<Key, byte[]> vectors = new ConcurrentHashMap<>();
    private Optional<Trouble> trouble = Optional.empty();

    private record Key(JobId job, long round, SiteId site) {}

    private record Trouble(int reads, Runnable what) {}

    public void put(JobId job, long round, SiteId site, long... words) {
        vectors.put(new Key(job, round, site), Words.toBytes(words));
    }

    public boolean holds(JobId job, long round, SiteId site) {
        return vectors.containsKey(new Key(job, round, site));
    }

    /** Once, the read after the next {@code reads} fails. */
    synchronized void failAfter(int reads) {
        Runnable failing =
                () -> {
                    throw new VectorLostException(new IllegalStateException("as planned"));
                };
        trouble = Optional.of(new Trouble(reads, failing));
    }

    /** Once, the read after the next {@code reads} says so, and waits. */
    synchronized void stopAfter(int reads, CountDownLatch stopped, CountDownLatch goOn) {
        trouble =
                Optional.of(
                        new Trouble(
                                reads,
                                () -> {
                                    stopped.countDown();
                                    try {
                                        goOn.await();
                                    } catch (InterruptedException e) {
                                        throw new AssertionError(e);
                                    }
                                }));
    }

    private void read() {
        due().ifPresent(Runnable::run);
    }

    private synchronized Optional<Runnable> due() {
        if (trouble.isEmpty()) {
            return Optional.empty();
        }
        var now = trouble.get();
        trouble =
                now.reads() == 0
                        ? Optional.empty()
                        : Optional.of(new Trouble(now.reads() - 1, now.what()));
        return now.reads() == 0 ? Optional.of(now.what()) : Optional.empty();
    }

    @Override
    public StoredVector open(JobId job, long round, SiteId site, long size) {
        var bytes = vectors.get(new Key(job, round, site));
        if (bytes == null || bytes.length != size) {
            throw new ConfideException(ErrorCode.PROTOCOL, "It is not whole.");
        }
        return new StoredVector() {
            @Override
            public long length() {
                return bytes.length;
            }

            @Override
            public void read(long from, byte[] into, int count) {
                HeapStaging.this.read();
                System.arraycopy(bytes, (int) from, into, 0, count);
            }
        };
    }

    @Override
    public void store(JobId job, long round, SiteId site, int chunk, Bytes content) {
        vectors.put(new Key(job, round, site), content.toArray());
    }

    @Override
    public BitSet have(JobId job, long round, SiteId site) {
        var have = new BitSet();
        have.set(0, holds(job, round, site) ? 1 : 0);
        return have;
    }

    @Override
    public void discard(JobId job, long round) {
        vectors.keySet().removeIf(key -> key.job().equals(job) && key.round() == round);
    }
}
