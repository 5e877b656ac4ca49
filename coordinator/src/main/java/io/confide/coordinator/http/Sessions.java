package io.confide.coordinator.http;

import io.confide.common.model.Digest;
import io.confide.coordinator.port.SessionStore.Stored;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Who is signed in at the people's port. A session is a random number of 256 bits that only the browser knows; here it is
 * kept as its SHA-256. It ends when nobody has used it for {@link Times#idle}, after {@link Times#absolute} in any case, or at
 * the sign-out. Sessions of accounts outlive the process in a {@link SessionMemory}; one that was opened with the access token
 * does not. Where several processes are one coordinator that store says which sessions there are, and each process learns
 * with {@link #read} what the others did. Confined to one event loop.
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
    private final SessionMemory memory;
    private final Map<Digest, Session> sessions = new HashMap<>();

    /** Signed out here, by the reading that was begun last, until the database is seen to have it no more. */
    private final Map<Digest, Long> ended = new HashMap<>();

    private long readings;
    private Instant asOf;
    private boolean foreignTold;

    /**
     * Takes up the sessions that {@code memory} has kept. Blocks.
     *
     * @param random a cryptographic generator: whoever can foresee it is signed in
     */
    public Sessions(
            InstantSource clock, RandomGenerator random, Times times, SessionMemory memory) {
        this.clock = clock;
        this.random = random;
        this.times = times;
        this.memory = memory;
        this.asOf = clock.instant();
        take(++readings, memory.store().all());
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

    /** Whether a session outlives the process, and counts at every member. */
    enum Life {
        OF_AN_ACCOUNT,
        OF_THE_PROCESS
    }

    /** What becomes of a session that was begun. */
    interface Begun {
        /** @param id its number, in base64url */
        void accept(String id, Written written);
    }

    /**
     * Begins a session. If there are too many, the one unused for longest ends.
     *
     * @param then hears of it, on any thread: where other members have to know it too, once that is written; otherwise at once
     */
    void open(Holder holder, Begun then) {
        String id = number();
        if (holder.life() == Life.OF_AN_ACCOUNT && isShared()) {
            begin(id, holder, written -> then.accept(id, written));
        } else {
            begin(id, holder, _ -> {});
            then.accept(id, Written.YES);
        }
    }

    /** Begins a session and returns its number, without waiting for anything. */
    String open(Holder holder) {
        String id = number();
        begin(id, holder, _ -> {});
        return id;
    }

    private void begin(String id, Holder holder, Consumer<Written> then) {
        var now = clock.instant();
        endOver(now);
        endBeyond(SESSIONS_MAX - 1);
        var session = new Session(holder, now, now, now, readings);
        sessions.put(key(id), session);
        if (session.isKept()) {
            memory.keep(key(id), holder, now, then);
        }
    }

    /** A number of 256 bits that nobody can foresee, in base64url. */
    String number() {
        var bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Returns whose session {@code id} is, if it has not ended as far as is known; leaves its idle time as it is. */
    Optional<Holder> find(String id) {
        var session = sessions.get(key(id));
        if (session == null) {
            return Optional.empty();
        }
        if (session.isOver(times, clock.instant())) {
            lapse(key(id));
            return Optional.empty();
        }
        return Optional.of(session.holder());
    }

    /** Begins the idle time of {@code id} anew; returns whether it is a session that has not ended. */
    boolean use(String id) {
        boolean lives = find(id).isPresent();
        if (lives) {
            var now = clock.instant();
            sessions.computeIfPresent(
                    key(id), (key, old) -> written(key, old.usedAt(now, old.kept()), now));
        }
        return lives;
    }

    /** Notes when {@code session} was used if that was not noted for a while. */
    private Session written(Digest key, Session session, Instant now) {
        if (!session.isUsedSinceKept() || now.isBefore(session.kept().plus(KEPT_EVERY))) {
            return session;
        }
        if (session.isKept()) {
            memory.used(key, session.used());
        }
        return session.usedAt(session.used(), session.used());
    }

    /** Whether something will hold after a restart, and at the other members, too. */
    enum Written {
        YES,
        NO,
        /** The store does not say whether there is something to write. */
        UNKNOWN
    }

    /** Ends a session here at once; {@code then} hears whether it cannot come back from the store either. */
    void close(String id, Consumer<Written> then) {
        var session = sessions.remove(key(id));
        if (session == null || !session.isKept()) {
            then.accept(Written.YES);
            return;
        }
        if (isShared()) {
            ended.put(key(id), readings);
        }
        memory.forget(key(id), then);
    }

    /** Another member may know that it was used since: only what the store has as unused is forgotten there. */
    private void lapse(Digest key) {
        var session = sessions.remove(key);
        if (session != null && session.isKept()) {
            memory.forgetUnused(key, session.used());
        }
    }

    private void endOver(Instant now) {
        sessions.entrySet().stream()
                .filter(each -> each.getValue().isOver(times, now))
                .map(Map.Entry::getKey)
                .toList()
                .forEach(this::lapse);
    }

    private void endBeyond(int most) {
        sessions.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.comparing(Session::used)))
                .limit(Math.max(0, sessions.size() - most))
                .map(Map.Entry::getKey)
                .toList()
                .forEach(this::lapse);
    }

    /** Whether other processes open and end sessions too. */
    boolean isShared() {
        return memory.reach() == SessionMemory.Reach.EVERY_MEMBER;
    }

    /** When the store last said which sessions there are. */
    Instant asOf() {
        return asOf;
    }

    /** Whether a reading was of any use. */
    enum Heard {
        YES,
        NO
    }

    /** Learns from the store, on {@code loop}, which sessions there are; then {@code then} hears whether it answered. */
    void read(Executor loop, Consumer<Heard> then) {
        long reading = ++readings;
        var asked = clock.instant();
        memory.read(
                loop,
                rows -> {
                    rows.ifPresent(
                            there -> {
                                asOf = asked;
                                take(reading, there);
                            });
                    then.accept(rows.isPresent() ? Heard.YES : Heard.NO);
                });
    }

    private void take(long reading, List<Stored> rows) {
        var now = clock.instant();
        var there = new HashSet<Digest>();
        for (var row : rows) {
            there.add(row.number());
            var end = ended.get(row.number());
            if (end == null) {
                takeUp(reading, row);
            } else if (end < reading) {
                // It could not be forgotten when it ended.
                memory.forget(row.number(), _ -> {});
            }
        }
        // What was learnt after a reading was begun cannot be missed by it.
        ended.entrySet()
                .removeIf(each -> each.getValue() < reading && !there.contains(each.getKey()));
        sessions.entrySet()
                .removeIf(
                        each ->
                                each.getValue().isKept()
                                        && each.getValue().since() < reading
                                        && !there.contains(each.getKey()));
        endOver(now);
        endBeyond(SESSIONS_MAX);
        // So that no other member takes for idle what somebody uses here.
        sessions.replaceAll((key, session) -> written(key, session, now));
    }

    private void takeUp(long reading, Stored row) {
        var known = sessions.get(row.number());
        if (known != null) {
            var used = known.used().isAfter(row.used()) ? known.used() : row.used();
            sessions.put(row.number(), known.usedAt(used, row.used()));
        } else {
            memory.holder(row)
                    .map(who -> new Session(who, row.opened(), row.used(), row.used(), reading))
                    .ifPresentOrElse(
                            session -> sessions.put(row.number(), session),
                            () -> refuse(row.number()));
        }
    }

    private void refuse(Digest foreign) {
        String all = "not honoured here; all members need the same session.key";
        if (!foreignTold) {
            LOG.warn("event=foreignSession consequence=\"{}\"", isShared() ? all : "forgotten");
        }
        foreignTold = true;
        // Another member that has another key may still honour it.
        if (!isShared()) {
            memory.forget(foreign, _ -> {});
        }
    }

    InstantSource clock() {
        return clock;
    }

    private static Digest key(String id) {
        return Digest.of(id.getBytes(StandardCharsets.UTF_8));
    }
}
