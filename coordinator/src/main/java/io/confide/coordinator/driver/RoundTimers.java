package io.confide.coordinator.driver;

import io.confide.coordinator.port.Timers.Timer;
import io.confide.coordinator.round.RoundEvent.Phase;
import io.confide.coordinator.round.RoundState;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The clocks of one round. */
final class RoundTimers {
    private final DriverTimes times;
    private final JobTimers timers;
    private final long round;
    private final List<Timer> running = new ArrayList<>();
    private boolean awaitingReturn;

    RoundTimers(DriverTimes times, JobTimers timers, long round) {
        this.times = times;
        this.timers = timers;
        this.round = round;
    }

    void collecting(int seconds) {
        over(Duration.ofSeconds(seconds), Phase.COLLECTING);
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
                askAgain(1);
            }
            case RoundState.Revealing _ -> {
                over(times.giveUp(), Phase.REVEALING);
                askAgain(1);
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
        askAgain(1);
    }

    /** A round goes on after a restart: the sites need time to come back, whatever time the round had left. */
    void resumed(RoundState state, Duration left) {
        var comeback = times.comeback();
        switch (state) {
            case RoundState.Collecting _ ->
                    over(left.compareTo(comeback) > 0 ? left : comeback, Phase.COLLECTING);
            case RoundState.Signing _ -> {
                over(comeback.plus(times.giveUp()), Phase.SIGNING);
                askAgain(1);
            }
            case RoundState.Revealing _ -> {
                over(comeback.plus(times.giveUp()), Phase.REVEALING);
                askAgain(1);
            }
            case RoundState.Unmasking _, RoundState.Done _, RoundState.Failed _ -> {}
        }
    }

    /** @param count how often it has been asked then */
    void askAgain(int count) {
        add(times.reask(), new Mail.AskAgain(round, count));
    }

    void cancel() {
        running.forEach(Timer::cancel);
        running.clear();
    }

    private void over(Duration delay, Phase phase) {
        add(delay, new Mail.RoundTimeOver(round, phase));
    }

    private void add(Duration delay, Mail.Alarm alarm) {
        running.add(timers.after(delay, alarm));
    }
}
