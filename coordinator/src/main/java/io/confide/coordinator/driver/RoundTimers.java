package io.confide.coordinator.driver;

import io.confide.coordinator.port.Timers.Timer;
import io.confide.coordinator.round.RoundEvent.Phase;
import io.confide.coordinator.round.RoundState;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** The clocks of one round. */
final class RoundTimers {
    private static final int DOUBLINGS_MAX = 20;

    /** Inputs are asked for again at least so often in the time of a round. */
    private static final int ASKS_LEAST = 8;

    private static final int NOBODY_ASKS = 0;

    private final DriverTimes times;
    private final JobTimers timers;
    private final long round;
    private final Duration whole;
    private final List<Timer> running = new ArrayList<>();
    private boolean awaitingReturn;
    private Optional<Timer> asking = Optional.empty();

    /** How often it has been asked when it is asked next. */
    private int next = NOBODY_ASKS;

    /** @param whole how long inputs are taken */
    RoundTimers(DriverTimes times, JobTimers timers, long round, Duration whole) {
        this.times = times;
        this.timers = timers;
        this.round = round;
        this.whole = whole;
    }

    void collecting() {
        over(whole, Phase.COLLECTING);
        askAfter(times.reask(), 1);
    }

    /** The round may close early after {@code delay}. */
    void usual(Duration delay) {
        over(delay, Phase.USUAL);
    }

    /** The first wait counts: sites that come and go do not prolong it. */
    void awaitReturn() {
        if (!awaitingReturn) {
            awaitingReturn = true;
            over(times.patience(), Phase.RETURN);
        }
    }

    /** A phase has begun: the clocks of the one before mean nothing any more. */
    void entered(RoundState state) {
        cancel();
        switch (state) {
            case RoundState.Signing _ -> {
                over(times.giveUp(), Phase.SIGNING);
                askAfter(times.reask(), 1);
            }
            case RoundState.Revealing _ -> {
                over(times.giveUp(), Phase.REVEALING);
                askAfter(times.reask(), 1);
            }
            case RoundState.Collecting _,
                    RoundState.Unmasking _,
                    RoundState.Done _,
                    RoundState.Failed _ -> {}
        }
    }

    /** A secret came out wrong: its holders have this long to prove their shares. */
    void disputed() {
        over(times.giveUp(), Phase.UNMASKING);
        askAfter(times.reask(), 1);
    }

    /** A round goes on after a restart: the sites need time to come back, whatever time the round had left. */
    void resumed(RoundState state, Duration left) {
        var comeback = times.comeback();
        switch (state) {
            case RoundState.Collecting _ -> {
                over(left.compareTo(comeback) > 0 ? left : comeback, Phase.COLLECTING);
                askAfter(times.reask(), 1);
            }
            case RoundState.Signing _ -> {
                over(comeback.plus(times.giveUp()), Phase.SIGNING);
                askAfter(times.reask(), 1);
            }
            case RoundState.Revealing _ -> {
                over(comeback.plus(times.giveUp()), Phase.REVEALING);
                askAfter(times.reask(), 1);
            }
            case RoundState.Unmasking _, RoundState.Done _, RoundState.Failed _ -> {}
        }
    }

    /**
     * Brings {@link Mail.AskAgain}. For inputs the pauses double, up to an eighth of the time of the round: a site may train for
     * long, and what it is asked with is large. What is lost once costs one pause.
     *
     * @param count how often it has been asked then
     */
    void askAgain(RoundState state, int count) {
        askAfter(state instanceof RoundState.Collecting ? pause(count) : times.reask(), count);
    }

    private Duration pause(int count) {
        var doubled = times.reask().multipliedBy(1L << Math.min(count - 1, DOUBLINGS_MAX));
        var most = whole.dividedBy(ASKS_LEAST);
        return Collections.max(List.of(times.reask(), Collections.min(List.of(doubled, most))));
    }

    /** Somebody has just come: what it is told, and what it answers, may be lost on the way, so it is asked again before long. */
    void askSoon(RoundState state) {
        if (state instanceof RoundState.Collecting && next != 1) {
            askAfter(times.reask(), 1);
        }
    }

    private void askAfter(Duration pause, int count) {
        asking.ifPresent(Timer::cancel);
        next = count;
        asking = Optional.of(timers.after(pause, new Mail.AskAgain(round, count)));
    }

    void cancel() {
        running.forEach(Timer::cancel);
        running.clear();
        asking.ifPresent(Timer::cancel);
        next = NOBODY_ASKS;
    }

    private void over(Duration delay, Phase phase) {
        running.add(timers.after(delay, new Mail.RoundTimeOver(round, phase)));
    }
}
