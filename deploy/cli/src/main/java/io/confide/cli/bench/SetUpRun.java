package io.confide.cli.bench;

import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.server.Acceptance;
import io.confide.common.secagg.server.Addressed;
import io.confide.common.secagg.server.EpochSetup;
import io.confide.common.secagg.server.EpochTerms;
import io.confide.common.secagg.server.ReadyEpoch;
import io.confide.common.secagg.site.Reaction;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** One epoch set-up, with a second attempt if sites are lost in the first. */
final class SetUpRun {
    private static final int MESSAGES_PER_SITE = 7;
    private static final int ATTEMPTS_MAX = 2;

    private final BenchConsortium consortium;
    private final BenchProgress progress;
    private final HeapWatch heap;
    private final Meter meter;
    private final SiteSet lost;

    /** The epoch, what it cost and how many attempts it took. */
    record Made(ReadyEpoch epoch, Meter meter, int attempts) {}

    SetUpRun(BenchConsortium consortium, BenchProgress progress, HeapWatch heap) {
        this.consortium = consortium;
        this.progress = progress;
        this.heap = heap;
        this.meter = new Meter(consortium.measured());
        this.lost = consortium.workload().lostSites();
    }

    Made run() {
        SiteSet invited = SiteSet.all(consortium.workload().sites());
        int least = consortium.policy().floor();
        for (int attempt = 1; attempt <= ATTEMPTS_MAX && invited.size() >= least; attempt++) {
            Optional<ReadyEpoch> epoch = attempt(attempt, invited);
            if (epoch.isPresent()) {
                return new Made(epoch.get(), meter, attempt);
            }
            invited = invited.minus(lost);
        }
        throw BenchFailure.tooFew(
                consortium.workload(), consortium.policy(), "No epoch could be set up");
    }

    private Optional<ReadyEpoch> attempt(int number, SiteSet invited) {
        var workload = consortium.workload();
        var terms =
                new EpochTerms(
                        consortium.job(),
                        number,
                        1,
                        workload.warmup() + workload.rounds(),
                        consortium.roster(),
                        consortium.policy());
        var setup =
                meter.server(
                        Meter.Work.SERVER_CONTROL,
                        () -> new EpochSetup(terms, invited, consortium.coordinatorKey()));
        var stage = progress.stage("key set-up", MESSAGES_PER_SITE * invited.size());
        Deque<Addressed> waiting = new ArrayDeque<>(setup.begin());
        while (!waiting.isEmpty()) {
            Addressed next = waiting.poll();
            deliver(setup, next).ifPresent(answer -> waiting.addAll(take(setup, next, answer)));
            stage.step();
            if (waiting.isEmpty() && setup.step() != EpochSetup.Step.READY) {
                heap.sample();
                waiting.addAll(meter.server(Meter.Work.SERVER_CONTROL, () -> setup.closeStep()));
            }
        }
        return setup.ready();
    }

    private Optional<SiteMessage> deliver(EpochSetup setup, Addressed next) {
        if (isSilent(setup.step(), next.site())) {
            return Optional.empty();
        }
        meter.received(next.site(), next.message());
        Reaction reaction =
                meter.site(
                        next.site(),
                        Meter.Work.SITE_CONTROL,
                        () -> consortium.site(next.site()).on(next.message()));
        return switch (reaction) {
            case Reaction.Send send -> Optional.of(send.message());
            case Reaction.Nothing _, Reaction.EpochReady _ -> Optional.empty();
            case Reaction.Refused _, Reaction.Upload _, Reaction.Join _, Reaction.Finished _ ->
                    throw BenchFailure.broken("the set-up was not followed", reaction);
        };
    }

    private boolean isSilent(EpochSetup.Step step, int site) {
        return lost.contains(site)
                && switch (consortium.workload().lostAt()) {
                    case SETUP -> true;
                    case SHARE -> step == EpochSetup.Step.DEAL;
                    case UPLOAD, UNMASK -> false;
                };
    }

    private List<Addressed> take(EpochSetup setup, Addressed asked, SiteMessage answer) {
        meter.sent(asked.site(), answer);
        Acceptance accepted =
                meter.server(Meter.Work.SERVER_CONTROL, () -> setup.accept(asked.site(), answer));
        if (!(accepted instanceof Acceptance.Accepted)) {
            throw BenchFailure.broken("an honest answer was not accepted", accepted);
        }
        return meter.server(Meter.Work.SERVER_CONTROL, setup::advance);
    }
}
