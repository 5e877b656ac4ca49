package io.confide.coordinator.aggregate;

import io.confide.common.model.Digest;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.common.vector.StoredVector;
import io.confide.common.vector.VectorSum;
import io.confide.common.vector.Words;
import io.confide.coordinator.port.Claims;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;

/**
 * The sum P_m of one round in one boot of this member, with F_m: at any time that nobody holds its lock, the sum is that of
 * exactly the inputs in F_m, or it is over. Thread-safe.
 */
final class RoundSum {
    private final Locks locks;
    private final Lock lock;
    private final Map<SiteId, Lock> rows = new ConcurrentHashMap<>();
    private final SortedMap<SiteId, UploadProof> inputs = new TreeMap<>();
    private Optional<VectorSum> sum = Optional.empty();
    private Optional<Digest> hash = Optional.empty();
    private Phase phase = Phase.OPEN;
    private long generation = 1;

    /** Asked for where nobody may wait for the lock; whoever has the lock next does it. */
    private volatile boolean unsealing;

    private enum Phase {
        OPEN,
        SEALED,
        OVER
    }

    RoundSum(Locks locks) {
        this.locks = locks;
        this.lock = locks.of(Locks.Guarded.SUM);
    }

    /** Of the row of {@code site}: whoever holds it may wait for the sum, and never the other way round. */
    Lock row(SiteId site) {
        return rows.computeIfAbsent(site, _ -> locks.of(Locks.Guarded.INPUT));
    }

    /** What became of an input that should be added. */
    enum Adding {
        ADDED,
        /** The sum is sealed or over, or the row is somebody else's: nothing has changed. */
        REFUSED
    }

    /**
     * Adds {@code vector}, which hashes to what its header says. An error within leaves a sum that nobody may use: it is over
     * then, and so must be the boot.
     *
     * @param fold the compare-and-set of the input's row, made before anything is added (R3)
     * @throws HalfAddedException if the row says that the input is in the sum, and the sum is lost
     */
    Adding add(Claims.Input input, StoredVector vector, BooleanSupplier fold) {
        lock.lock();
        try {
            settle();
            long bytes = sum.map(all -> (long) Words.BYTES * all.words()).orElse(vector.length());
            if (phase != Phase.OPEN || vector.length() != bytes) {
                return Adding.REFUSED;
            }
            var into = sum.orElseGet(() -> VectorSum.zeros((int) (bytes / Words.BYTES)));
            sum = Optional.of(into);
            if (!fold.getAsBoolean()) {
                return Adding.REFUSED;
            }
            addTo(into, input, vector);
            return Adding.ADDED;
        } finally {
            lock.unlock();
        }
    }

    private void addTo(VectorSum into, Claims.Input input, StoredVector vector) {
        boolean whole = false;
        try {
            into.add(vector);
            inputs.put(input.site(), input.proof());
            whole = true;
        } catch (RuntimeException e) {
            throw new HalfAddedException(e);
        } finally {
            if (!whole) {
                forget();
            }
        }
    }

    /** The sum is over because an input was added in part, or maybe so. */
    static final class HalfAddedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        HalfAddedException(Throwable cause) {
            super(cause);
        }
    }

    /** Whether the input of a site is in the sum. */
    enum Holding {
        HELD,
        NOT_HELD,
        OVER
    }

    Holding holds(SiteId site) {
        lock.lock();
        try {
            if (phase == Phase.OVER) {
                return Holding.OVER;
            }
            return inputs.containsKey(site) ? Holding.HELD : Holding.NOT_HELD;
        } finally {
            lock.unlock();
        }
    }

    /**
     * A sum that does not change until it is unsealed.
     *
     * @param inputs F_m
     * @param hash of the little-endian words; empty if nothing is in the sum
     */
    record Seal(long generation, SortedMap<SiteId, UploadProof> inputs, Optional<Digest> hash) {
        Seal {
            inputs = Collections.unmodifiableSortedMap(new TreeMap<>(inputs));
        }
    }

    /** Waits for the add in progress and lets nothing be added from then on; empty if the sum is over. */
    Optional<Seal> seal() {
        lock.lock();
        try {
            settle();
            if (phase == Phase.OPEN) {
                phase = Phase.SEALED;
                hash = inputs.isEmpty() ? Optional.empty() : sum.map(VectorSum::hash);
            }
            return phase == Phase.SEALED
                    ? Optional.of(new Seal(generation, inputs, hash))
                    : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** What is sealed may change again. Waits for nothing. */
    void unseal() {
        unsealing = true;
    }

    private void settle() {
        if (unsealing) {
            unsealing = false;
            if (phase == Phase.SEALED) {
                phase = Phase.OPEN;
                generation++;
            }
        }
    }

    /** The little-endian bytes of some words; empty unless they are still those that {@code sealed} were. */
    Optional<byte[]> read(long sealed, int from, int count) {
        lock.lock();
        try {
            settle();
            return phase == Phase.SEALED && generation == sealed
                    ? sum.filter(all -> from >= 0 && count >= 0 && count <= all.words() - from)
                            .map(all -> all.bytes(from, count))
                    : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the add in progress and gives the memory back. */
    void drop() {
        lock.lock();
        try {
            forget();
        } finally {
            lock.unlock();
        }
    }

    private void forget() {
        phase = Phase.OVER;
        inputs.clear();
        sum.ifPresent(VectorSum::close);
        sum = Optional.empty();
    }
}
