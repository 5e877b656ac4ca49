package io.confide.coordinator.job;

import static io.confide.coordinator.job.JobMachine.stay;

import io.confide.coordinator.job.JobMachine.Step;
import io.confide.coordinator.job.JobState.AwaitingApproval;
import io.confide.coordinator.job.JobState.KeySetup;
import io.confide.coordinator.job.JobState.Live;
import io.confide.coordinator.job.JobState.Paused;
import io.confide.coordinator.job.JobState.Resuming;
import io.confide.coordinator.job.JobState.Running;
import io.confide.coordinator.job.JobState.Waiting;
import io.confide.coordinator.job.JobState.Withdrawing;

import java.util.ArrayList;

/**
 * The rules of a pause. {@code standing.pausedBy} alone says that one was asked for; {@link Paused} is where it has taken
 * effect. A round that runs ends first, well or given up: its inputs are in its sum or may be used again, so that a pause
 * throws nothing away that a site has paid for.
 */
final class Pause {
    private Pause() {}

    /** Takes effect at once where no round is in progress; a second request changes nothing. */
    static Step asked(Live live, String actor) {
        if (live.standing().pausedBy().isPresent()) {
            return stay(live);
        }
        var standing = live.standing().pausedBy(actor);
        return switch (live) {
            case Running _, Withdrawing _ -> stay(live.with(standing));
            case KeySetup s -> begin(standing, s.keys(), Setup.IN_PROGRESS);
            case AwaitingApproval _, Waiting _, Resuming _ ->
                    begin(standing, live.keys(), Setup.NONE);
            case Paused _ -> stay(live);
        };
    }

    /** Between rounds: the pause that was asked for takes effect. Keys that are being made beside the rounds are given up. */
    static Step begin(Standing standing, Keys keys) {
        return keys.next() instanceof Keys.Next.Making(_, var failures)
                ? begin(standing, keys.with(new Keys.Next.Idle(failures)), Setup.IN_PROGRESS)
                : begin(standing, keys, Setup.NONE);
    }

    /** Whoever was silent is asked again, so that it may be there when the job goes on. */
    private static Step begin(Standing standing, Keys keys, Setup setup) {
        var effects = new ArrayList<JobEffect>();
        switch (setup) {
            case IN_PROGRESS -> effects.add(new JobEffect.AbandonEpoch());
            case NONE -> {}
        }
        for (var site : standing.connected()) {
            if (!standing.answers().containsKey(site)) {
                effects.add(new JobEffect.OfferPlan(site));
            }
        }
        return new Step(new Paused(standing, keys), effects);
    }

    /** The job goes on where it stands; before the pause has taken effect it is simply not paused. */
    static Step lifted(Live live) {
        var standing = live.standing();
        if (standing.pausedBy().isEmpty()) {
            return stay(live);
        }
        return live instanceof Paused s
                ? JobPhases.resumed(standing.unpaused(), s.keys(), 0)
                : JobMachine.settle(live.with(standing.unpaused()));
    }

    private enum Setup {
        IN_PROGRESS,
        NONE
    }
}
