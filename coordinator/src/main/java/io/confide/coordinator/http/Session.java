package io.confide.coordinator.http;

import io.confide.coordinator.http.Sessions.Holder;
import io.confide.coordinator.http.Sessions.Life;
import io.confide.coordinator.http.Sessions.Times;

import java.time.Instant;

/**
 * Somebody's session, as far as this process knows.
 *
 * @param kept the {@code used} that is in the store
 * @param since the reading that was begun last when this process learnt of it
 */
record Session(Holder holder, Instant opened, Instant used, Instant kept, long since) {
    Session usedAt(Instant now, Instant written) {
        return new Session(holder, opened, now, written, since);
    }

    boolean isKept() {
        return holder.life() == Life.OF_AN_ACCOUNT;
    }

    boolean isOver(Times times, Instant now) {
        return !now.isBefore(used.plus(times.idle()))
                || !now.isBefore(opened.plus(times.absolute()));
    }

    /** To what the store keeps, which is milliseconds. */
    boolean isUsedSinceKept() {
        return used.toEpochMilli() > kept.toEpochMilli();
    }
}
