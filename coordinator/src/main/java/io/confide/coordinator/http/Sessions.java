package io.confide.coordinator.http;

import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.coordinator.port.SessionStore;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
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
            if (over(session, now) || sessions.size() >= SESSIONS_MAX) {
                forget(stored.number());
            } else {
                sessions.put(stored.number(), session);
            }
        }
    }

    /** @param writer runs what is given to it in order, without making the event loop wait */
    public record Memory(SessionStore store, Executor writer) {
        /** Whoever is signed in has to sign in again after a restart. */
        public static final Memory NONE = new Memory(SessionStore.NOTHING, Runnable::run);
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
        var session = new Session(holder, now, now, now);
        sessions.put(key(id), session);
        keep(key(id), session);
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
            close(id);
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
        var again = new Session(session.holder(), session.opened(), now, now);
        keep(key, again);
        return again;
    }

    void close(String id) {
        end(key(id));
    }

    private void end(Digest key) {
        var session = sessions.remove(key);
        if (session != null && session.holder().life() == Life.OF_AN_ACCOUNT) {
            forget(key);
        }
    }

    private void keep(Digest key, Session session) {
        var holder = session.holder();
        if (holder.life() == Life.OF_AN_ACCOUNT) {
            var stored =
                    new SessionStore.Stored(
                            key,
                            holder.name(),
                            holder.credential(),
                            session.opened(),
                            session.used());
            write("keepSession", () -> memory.store().keep(stored));
        }
    }

    private void forget(Digest key) {
        write("forgetSession", () -> memory.store().forget(key));
    }

    /** Here a session is what it is, whether or not that could be written. */
    private void write(String what, Runnable task) {
        memory.writer()
                .execute(
                        () -> {
                            try {
                                task.run();
                            } catch (ConfideException e) {
                                LOG.error("event=taskFailed task={}", what, e);
                            }
                        });
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
