package io.confide.coordinator.http;

import io.confide.common.crypto.Seed;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.coordinator.port.SessionStore;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Who is signed in at the people's port. A session is a random number of 256 bits that only the browser knows; here it is
 * kept as its SHA-256. It ends when nobody has used it for {@link Times#idle}, after {@link Times#absolute} in any case, or at
 * the sign-out. Sessions of accounts outlive the process in a {@link SessionStore}; one that was opened with the access token
 * does not. Confined to one event loop.
 */
public final class Sessions {
    private static final int ID_BYTES = 32;
    private static final int SESSIONS_MAX = 1000;

    /** Not every request is a write. */
    private static final Duration KEPT_EVERY = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

    private final InstantSource clock;
    private final RandomGenerator random;
    private final Times times;
    private final Memory memory;
    private final Map<Digest, Session> sessions = new HashMap<>();

    /**
     * Takes up the sessions that {@code memory} has kept. Blocks.
     *
     * @param random a cryptographic generator: whoever can foresee it is signed in
     */
    public Sessions(InstantSource clock, RandomGenerator random, Times times, Memory memory) {
        this.clock = clock;
        this.random = random;
        this.times = times;
        this.memory = memory;
        var now = clock.instant();
        for (var stored : memory.store().all()) {
            var holder = new Holder(stored.account(), stored.credential(), Life.OF_AN_ACCOUNT);
            var session = new Session(holder, stored.opened(), stored.used(), stored.used());
            boolean ours = memory.seal().isOn(stored, holder);
            if (!ours) {
                LOG.warn("event=foreignSession consequence=\"forgotten\"");
            }
            if (!ours || over(session, now) || sessions.size() >= SESSIONS_MAX) {
                write("forgetSession", () -> memory.store().forget(stored.number()), _ -> {});
            } else {
                sessions.put(stored.number(), session);
            }
        }
    }

    /**
     * What outlives the process.
     *
     * @param seal tells what this coordinator kept from what somebody else put there
     * @param writer runs what is given to it in order, without making the event loop wait
     */
    public record Memory(SessionStore store, SessionSeal seal, Executor writer) {
        /** Whoever is signed in has to sign in again after a restart. */
        public static Memory none(SecureRandom random) {
            var seal = new SessionSeal(Seed.generate(random));
            return new Memory(SessionStore.NOTHING, seal, Runnable::run);
        }
    }

    /** How long a session lasts without a request of its person, and how long at most. */
    public record Times(Duration idle, Duration absolute) {
        /** Half an hour and twelve hours. */
        public static Times usual() {
            return new Times(Duration.ofMinutes(30), Duration.ofHours(12));
        }
    }

    /**
     * Whose a session is.
     *
     * @param credential SHA-256 of the mark of what was shown for it: a session does not outlive a password
     */
    record Holder(String name, Digest credential, Life life) {
        static Holder of(String name, String mark, Life life) {
            return new Holder(name, Digest.of(mark.getBytes(StandardCharsets.UTF_8)), life);
        }

        /** Without the credential. */
        @Override
        public String toString() {
            return "Holder[name=" + name + "]";
        }
    }

    /** Whether a session outlives the process. */
    enum Life {
        OF_AN_ACCOUNT,
        OF_THE_PROCESS
    }

    /** @param kept the {@code used} that was written last */
    private record Session(Holder holder, Instant opened, Instant used, Instant kept) {}

    /** Begins a session and returns its number, in base64url. If there are too many, the one unused for longest ends. */
    String open(Holder holder) {
        var now = clock.instant();
        sessions.entrySet().stream()
                .filter(each -> over(each.getValue(), now))
                .map(Map.Entry::getKey)
                .toList()
                .forEach(this::end);
        if (sessions.size() >= SESSIONS_MAX) {
            sessions.entrySet().stream()
                    .min(Map.Entry.comparingByValue((a, b) -> a.used().compareTo(b.used())))
                    .ifPresent(oldest -> end(oldest.getKey()));
        }
        String id = number();
        sessions.put(key(id), new Session(holder, now, now, now));
        keep(key(id), holder, now);
        return id;
    }

    /** A number of 256 bits that nobody can foresee, in base64url. */
    String number() {
        var bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Returns whose session {@code id} is, if it has not ended; leaves its idle time as it is. */
    Optional<Holder> find(String id) {
        var session = sessions.get(key(id));
        if (session == null) {
            return Optional.empty();
        }
        if (over(session, clock.instant())) {
            end(key(id));
            return Optional.empty();
        }
        return Optional.of(session.holder());
    }

    /** Begins the idle time of {@code id} anew; returns whether it is a session that has not ended. */
    boolean use(String id) {
        boolean lives = find(id).isPresent();
        if (lives) {
            sessions.computeIfPresent(key(id), (key, session) -> used(key, session));
        }
        return lives;
    }

    private Session used(Digest key, Session session) {
        var now = clock.instant();
        if (now.isBefore(session.kept().plus(KEPT_EVERY))) {
            return new Session(session.holder(), session.opened(), now, session.kept());
        }
        if (session.holder().life() == Life.OF_AN_ACCOUNT) {
            write("keepSession", () -> memory.store().used(key, now), _ -> {});
        }
        return new Session(session.holder(), session.opened(), now, now);
    }

    /** Whether something will hold after a restart too. */
    enum Written {
        YES,
        NO
    }

    /** Ends a session here at once; {@code then} hears whether it cannot come back after a restart either. */
    void close(String id, Consumer<Written> then) {
        end(key(id), then);
    }

    private void end(Digest key) {
        end(key, _ -> {});
    }

    private void end(Digest key, Consumer<Written> then) {
        var session = sessions.remove(key);
        if (session != null && session.holder().life() == Life.OF_AN_ACCOUNT) {
            write("forgetSession", () -> memory.store().forget(key), then);
        } else {
            then.accept(Written.YES);
        }
    }

    private void keep(Digest key, Holder holder, Instant opened) {
        if (holder.life() == Life.OF_AN_ACCOUNT) {
            var stored =
                    new SessionStore.Stored(
                            key,
                            holder.name(),
                            holder.credential(),
                            opened,
                            opened,
                            memory.seal().of(key, holder, opened));
            write("keepSession", () -> memory.store().keep(stored), _ -> {});
        }
    }

    /** Here a session is what it is, whether or not that could be written. */
    private void write(String what, Runnable task, Consumer<Written> then) {
        try {
            memory.writer().execute(() -> then.accept(written(what, task)));
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

    InstantSource clock() {
        return clock;
    }

    private boolean over(Session session, Instant now) {
        return !now.isBefore(session.used().plus(times.idle()))
                || !now.isBefore(session.opened().plus(times.absolute()));
    }

    private static Digest key(String id) {
        return Digest.of(id.getBytes(StandardCharsets.UTF_8));
    }
}
