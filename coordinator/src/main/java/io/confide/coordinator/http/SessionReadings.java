package io.confide.coordinator.http;

import io.confide.coordinator.http.Sessions.Heard;
import io.confide.coordinator.http.Sessions.Holder;
import io.confide.coordinator.http.Sessions.Life;
import io.confide.coordinator.http.Sessions.Written;
import io.vertx.core.Context;
import io.vertx.core.Vertx;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Who is signed in where several members share their sessions. All of them are read {@link #EVERY} now and then, which is how
 * long a session lives on here that has ended elsewhere, and at once when somebody shows a number that is not known here: one
 * reading answers all who wait, and there are never more than one every {@link #APART}, whatever numbers people make up. A
 * session counts only {@link #TRUSTED} long on what the store said last: while it is away nobody can tell who has signed out.
 * Where one process is the coordinator nothing is read and nobody waits. Confined to one event loop.
 */
final class SessionReadings {
    static final Duration EVERY = Duration.ofSeconds(2);
    static final Duration APART = Duration.ofMillis(200);
    static final Duration TRUSTED = Duration.ofSeconds(30);
    static final int WAITING_MAX = 512;

    private static final Logger LOG = LoggerFactory.getLogger(SessionReadings.class);

    /** Anything else is no number of ours. */
    private static final Pattern NUMBER = Pattern.compile("[A-Za-z0-9_-]{43}");

    private final Sessions sessions;
    private final Loop loop;
    private final List<Waiting> waiting = new ArrayList<>();
    private Instant last = Instant.MIN;
    private boolean reading;
    private boolean planned;
    private boolean away;

    SessionReadings(Sessions sessions, Loop loop) {
        this.sessions = sessions;
        this.loop = loop;
    }

    /** The event loop, and its clock. */
    interface Loop extends Executor {
        void after(Duration delay, Runnable task);

        static Loop of(Vertx vertx, Context context) {
            return new Loop() {
                @Override
                public void execute(Runnable task) {
                    context.runOnContext(_ -> task.run());
                }

                @Override
                public void after(Duration delay, Runnable task) {
                    vertx.setTimer(Math.max(1, delay.toMillis()), _ -> execute(task));
                }
            };
        }
    }

    /** What is known of a session. */
    enum Standing {
        OPEN,
        NONE,
        /** The database does not say. */
        UNKNOWN
    }

    private record Waiting(String id, Consumer<Standing> then) {}

    /** Reads from now on. */
    void begin() {
        if (sessions.isShared()) {
            read();
            loop.after(EVERY, this::begin);
        }
    }

    /** Whose session {@code id} is by what is known here now. */
    Optional<Holder> now(String id) {
        return sessions.find(id).filter(this::isTrusted);
    }

    private boolean isTrusted(Holder holder) {
        return !sessions.isShared() || holder.life() == Life.OF_THE_PROCESS || isFresh();
    }

    private boolean isFresh() {
        var now = sessions.clock().instant();
        return !now.isBefore(sessions.asOf()) && now.isBefore(sessions.asOf().plus(TRUSTED));
    }

    /** Tells {@code then} how it stands with {@code id}: at once if that is known here, otherwise after a reading. */
    void ask(String id, Consumer<Standing> then) {
        var known = sessions.find(id);
        if (known.isPresent()) {
            then.accept(isTrusted(known.get()) ? Standing.OPEN : Standing.UNKNOWN);
        } else if (!sessions.isShared() || !NUMBER.matcher(id).matches()) {
            then.accept(Standing.NONE);
        } else if (!isFresh() || waiting.size() >= WAITING_MAX) {
            then.accept(Standing.UNKNOWN);
        } else {
            waiting.add(new Waiting(id, then));
            readSoon();
        }
    }

    /** Ends the session at all members; {@code then} hears, on any thread, whether that holds. */
    void close(String id, Consumer<Written> then) {
        if (sessions.find(id).isPresent()) {
            sessions.close(id, then);
        } else {
            ask(
                    id,
                    standing -> {
                        switch (standing) {
                            case OPEN -> sessions.close(id, then);
                            case NONE -> then.accept(Written.YES);
                            case UNKNOWN -> then.accept(Written.UNKNOWN);
                        }
                    });
        }
    }

    private void readSoon() {
        if (reading || planned) {
            return;
        }
        var rest =
                last.equals(Instant.MIN)
                        ? Duration.ZERO
                        : APART.minus(Duration.between(last, sessions.clock().instant()));
        if (rest.isPositive() && rest.compareTo(APART) <= 0) {
            planned = true;
            loop.after(
                    rest,
                    () -> {
                        planned = false;
                        readForThem();
                    });
        } else {
            read();
        }
    }

    /** Another reading may have answered them by now. */
    private void readForThem() {
        if (!waiting.isEmpty()) {
            read();
        }
    }

    private void read() {
        if (reading) {
            return;
        }
        reading = true;
        last = sessions.clock().instant();
        var asking = List.copyOf(waiting);
        waiting.clear();
        sessions.read(
                loop,
                heard -> {
                    reading = false;
                    tell(heard);
                    asking.forEach(each -> each.then().accept(standing(each.id(), heard)));
                    if (!waiting.isEmpty()) {
                        readSoon();
                    }
                });
    }

    private Standing standing(String id, Heard heard) {
        return switch (heard) {
            case YES -> sessions.find(id).isPresent() ? Standing.OPEN : Standing.NONE;
            case NO -> Standing.UNKNOWN;
        };
    }

    private void tell(Heard heard) {
        boolean silent = heard == Heard.NO;
        if (silent != away) {
            away = silent;
            if (silent) {
                LOG.warn(
                        "event=sessionsUnread consequence=\"in {} s nobody's session counts until"
                                + " the database answers\"",
                        TRUSTED.toSeconds());
            } else {
                LOG.info("event=sessionsRead");
            }
        }
    }
}
