package io.confide.coordinator.driver;

import io.confide.common.model.JobId;
import io.confide.coordinator.port.FencedException;
import io.confide.coordinator.port.FencingToken;
import io.confide.coordinator.port.JobRecord;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.RoundLog;
import io.confide.coordinator.round.RoundEvent;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;

/** The journal of a coordinator that is killed in one append: whoever appends then never returns. */
final class KilledLog implements RoundLog {
    private final RoundLog log;
    private final BiPredicate<Integer, List<LogEntry>> last;
    private final Moment moment;
    private final CountDownLatch killed = new CountDownLatch(1);
    private final CountDownLatch never = new CountDownLatch(1);
    private int appends;

    /** When in an append the process is gone. */
    enum Moment {
        /** The facts are not written; everything before has become visible. */
        BEFORE,
        /** The facts are written, nothing that follows from them has been seen. */
        AFTER
    }

    KilledLog(RoundLog log, int last, Moment moment) {
        this(log, (append, _) -> append == last, moment);
    }

    /** @param last whether the process is killed in the append of this number with these entries */
    KilledLog(RoundLog log, BiPredicate<Integer, List<LogEntry>> last, Moment moment) {
        this.log = log;
        this.last = last;
        this.moment = moment;
    }

    /** Waits until the process is killed or {@code ended}, within a bound; returns whether it was killed. */
    boolean awaitKillOr(BooleanSupplier ended) throws InterruptedException {
        long bound = System.nanoTime() + Incarnations.BOUND.toNanos();
        while (!killed.await(5, TimeUnit.MILLISECONDS)) {
            if (ended.getAsBoolean()) {
                return killed.getCount() == 0;
            }
            if (System.nanoTime() > bound) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void append(JobId job, FencingToken token, List<LogEntry> entries)
            throws FencedException {
        appends++;
        boolean now = last.test(appends, entries);
        if (!now || moment == Moment.AFTER) {
            log.append(job, token, entries);
        }
        if (now) {
            killed.countDown();
            try {
                never.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Override
    public List<RoundEvent> read(JobId job, long round) {
        return log.read(job, round);
    }

    @Override
    public JobRecord recall(JobId job) {
        return log.recall(job);
    }
}
