package io.confide.coordinator.http;

import io.confide.common.model.Digest;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Who is signed in at the people's port. A session is a random number of 256 bits that only the browser knows; here it is
 * kept as its SHA-256, in memory, so that a restart signs everybody out. It ends when nobody has used it for {@link
 * Times#idle}, after {@link Times#absolute} in any case, or at the sign-out. Confined to one event loop.
 */
public final class Sessions {
    private static final int ID_BYTES = 32;
    private static final int SESSIONS_MAX = 1000;

    private final InstantSource clock;
    private final RandomGenerator random;
    private final Times times;
    private final Map<Digest, Session> sessions = new HashMap<>();

    /** @param random a cryptographic generator: whoever can foresee it is signed in */
    public Sessions(InstantSource clock, RandomGenerator random, Times times) {
        this.clock = clock;
        this.random = random;
        this.times = times;
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
     * @param credential what was shown for it, as far as it is kept here: a session does not outlive a password
     */
    record Holder(String name, String credential) {
        /** Without the credential. */
        @Override
        public String toString() {
            return "Holder[name=" + name + "]";
        }
    }

    private record Session(Holder holder, Instant opened, Instant used) {}

    /** Begins a session and returns its number, in base64url. If there are too many, the one unused for longest ends. */
    String open(Holder holder) {
        var now = clock.instant();
        sessions.values().removeIf(session -> over(session, now));
        if (sessions.size() >= SESSIONS_MAX) {
            sessions.entrySet().stream()
                    .min(Map.Entry.comparingByValue((a, b) -> a.used().compareTo(b.used())))
                    .ifPresent(oldest -> sessions.remove(oldest.getKey()));
        }
        String id = number();
        sessions.put(key(id), new Session(holder, now, now));
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
            sessions.computeIfPresent(
                    key(id),
                    (_, session) ->
                            new Session(session.holder(), session.opened(), clock.instant()));
        }
        return lives;
    }

    void close(String id) {
        sessions.remove(key(id));
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
