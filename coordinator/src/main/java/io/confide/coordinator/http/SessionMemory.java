package io.confide.coordinator.http;

import io.confide.common.crypto.Seed;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.coordinator.http.Sessions.Holder;
import io.confide.coordinator.http.Sessions.Life;
import io.confide.coordinator.http.Sessions.Written;
import io.confide.coordinator.port.SessionStore;
import io.confide.coordinator.port.SessionStore.Stored;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * What of sessions outlives the process. What is asked here is done in the order in which it was asked, so a reading sees
 * whatever was asked to be written before.
 *
 * @param seal tells what this coordinator kept from what somebody else put there
 * @param writer runs what is given to it in order, without making the event loop wait
 */
public record SessionMemory(SessionStore store, SessionSeal seal, Executor writer, Reach reach) {
    private static final Logger LOG = LoggerFactory.getLogger(SessionMemory.class);

    /** Whoever is signed in has to sign in again after a restart. */
    public static SessionMemory none(SecureRandom random) {
        var seal = new SessionSeal(Seed.generate(random));
        return new SessionMemory(SessionStore.NOTHING, seal, Runnable::run, Reach.ONE_PROCESS);
    }

    /** Who opens and ends the sessions of a store. */
    public enum Reach {
        /** This process alone: what it knows is so. */
        ONE_PROCESS,
        /** All members of a cluster: the store knows. */
        EVERY_MEMBER
    }

    /** Whose {@code row} is, if this coordinator kept it. */
    Optional<Holder> holder(Stored row) {
        var holder = new Holder(row.account(), row.credential(), Life.OF_AN_ACCOUNT);
        return seal.isOn(row, holder) ? Optional.of(holder) : Optional.empty();
    }

    /** @param then hears whether it is written, on any thread */
    void keep(Digest number, Holder holder, Instant opened, Consumer<Written> then) {
        var mark = seal.of(number, holder, opened);
        var row = new Stored(number, holder.name(), holder.credential(), opened, opened, mark);
        write("keepSession", () -> store.keep(row), then);
    }

    void used(Digest number, Instant when) {
        write("keepSession", () -> store.used(number, when), _ -> {});
    }

    /** @param then hears whether it is gone, on any thread */
    void forget(Digest number, Consumer<Written> then) {
        write("forgetSession", () -> store.forget(number), then);
    }

    void forgetUnused(Digest number, Instant since) {
        write("forgetSession", () -> store.forgetUnused(number, since), _ -> {});
    }

    /** Tells {@code then}, on {@code loop}, all that are kept, or nothing if the store does not answer. */
    void read(Executor loop, Consumer<Optional<List<Stored>>> then) {
        try {
            writer.execute(
                    () -> {
                        var rows = rows();
                        loop.execute(() -> then.accept(rows));
                    });
        } catch (RejectedExecutionException e) {
            LOG.error("event=taskFailed task=readSessions why=\"too many wait for the database\"");
            loop.execute(() -> then.accept(Optional.empty()));
        }
    }

    private Optional<List<Stored>> rows() {
        try {
            return Optional.of(store.all());
        } catch (ConfideException e) {
            LOG.debug("event=taskFailed task=readSessions", e);
            return Optional.empty();
        } catch (RuntimeException e) {
            LOG.error("event=taskFailed task=readSessions", e);
            return Optional.empty();
        }
    }

    /** In the process a session is what it is, whether or not that could be written. */
    private void write(String what, Runnable task, Consumer<Written> then) {
        try {
            writer.execute(() -> then.accept(written(what, task)));
        } catch (RejectedExecutionException e) {
            LOG.error("event=taskFailed task={} why=\"too many wait for the database\"", what);
            then.accept(Written.NO);
        }
    }

    private static Written written(String what, Runnable task) {
        try {
            task.run();
            return Written.YES;
        } catch (ConfideException e) {
            LOG.error("event=taskFailed task={}", what, e);
            return Written.NO;
        }
    }
}
