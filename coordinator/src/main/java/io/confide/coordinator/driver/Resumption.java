package io.confide.coordinator.driver;

import io.confide.common.model.SiteId;
import io.confide.common.secagg.AbortCert;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.server.AbortDesk;
import io.confide.common.secagg.server.ReadyEpoch;
import io.confide.coordinator.job.JobMachine;
import io.confide.coordinator.job.JobMachine.Left;
import io.confide.coordinator.job.Keys;
import io.confide.coordinator.job.RoundFailure;
import io.confide.coordinator.job.Standing;
import io.confide.coordinator.port.JobRecord;
import io.confide.coordinator.port.Views.RoundView;
import io.confide.coordinator.round.PastSums;
import io.confide.coordinator.round.RoundState;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where a job stands that another process ran, worked out from what is durable.
 *
 * @param keys by epoch, those that rounds may still be opened with
 * @param round the one that was open, if one was
 * @param withdrawal of the failed round that not enough sites have given up, if there is one
 * @param aborted of the failed rounds of the present task
 * @param least fewest inputs of a round that is done
 * @param reminders what a site of the job may have missed; by roster site
 */
record Resumption(
        JobMachine.Step step,
        NavigableMap<Long, ReadyEpoch> keys,
        Optional<RoundRunner> round,
        Optional<Withdrawal> withdrawal,
        List<AbortCert> aborted,
        long roundsDone,
        int least,
        SortedMap<SiteId, List<CoordinatorMessage>> reminders) {
    Resumption {
        aborted = List.copyOf(aborted);
        reminders = Collections.unmodifiableSortedMap(new TreeMap<>(reminders));
    }

    /** @param pausedBy who asked for a pause that nobody has lifted */
    static Resumption of(JobParts parts, JobRecord record, Optional<String> pausedBy) {
        return new Reading(parts, record, pausedBy).resumption();
    }

    /** One reading of a record. */
    private static final class Reading {
        private final JobParts parts;

        /** Seen from the group whose turn it is. */
        private final JobFacts facts;

        private final JobRecord record;
        private final Optional<String> pausedBy;
        private final KeptKeys keys;
        private final List<RoundView> done;
        private final long lastRound;

        Reading(JobParts parts, JobRecord record, Optional<String> pausedBy) {
            int groups = parts.facts().groups().size();
            this.parts = parts.inGroup(parts.settled().count() % groups);
            this.facts = this.parts.facts();
            this.record = record;
            this.pausedBy = pausedBy;
            this.lastRound = record.newest().map(round -> round.opened().round()).orElse(0L);
            this.done = record.ended().stream().filter(RoundView::isDone).toList();
            this.keys = new KeptKeys(facts, record);
        }

        Resumption resumption() {
            var epochs = keys.of(facts.place());
            var aborted = new ArrayList<AbortCert>();
            record.withdrawn()
                    .forEach(
                            (round, proof) -> {
                                if (round > lastDone()) {
                                    aborted.add(proof);
                                }
                            });
            var standing =
                    Standing.resumed(
                            facts.jobRules(),
                            new Standing.Count(
                                    parts.settled().count(),
                                    record.lastEpoch(),
                                    lastRound,
                                    Math.toIntExact(failures()),
                                    0),
                            sumsBefore(lastRound + 1),
                            keys.known(),
                            pausedBy,
                            keys.besides(facts.place()));
            boolean inRound = record.newest().isPresent() && !hasEnded(lastRound);
            var round =
                    inRound
                            ? Optional.of(roundOf(standing, epochs, aborted))
                            : Optional.<RoundRunner>empty();
            var withdrawal = inRound ? Optional.<Withdrawal>empty() : withdrawal();
            Left left =
                    inRound
                            ? new Left.InRound()
                            : withdrawal
                                    .<Left>map(_ -> new Left.InWithdrawal(failure()))
                                    .orElseGet(() -> new Left.Between());
            return new Resumption(
                    JobMachine.resume(standing, epochs, left),
                    keys.ready(),
                    round,
                    withdrawal,
                    aborted,
                    done.size(),
                    done.stream()
                            .mapToInt(view -> view.included().size())
                            .min()
                            .orElse(Integer.MAX_VALUE),
                    keys.reminders());
        }

        /** The sums that sites were asked to open in the rounds before {@code round} (K17). */
        private PastSums sumsBefore(long round) {
            var past = PastSums.none(facts.jobRules().leastApart());
            for (var sum : record.sums().headMap(round).values()) {
                past = past.with(sum);
            }
            return past;
        }

        private boolean hasEnded(long round) {
            return record.ended().stream().anyMatch(view -> view.round() == round);
        }

        private long lastDone() {
            return done.isEmpty() ? 0 : done.getLast().round();
        }

        private long failures() {
            return record.ended().stream().filter(view -> view.round() > lastDone()).count();
        }

        private RoundRunner roundOf(Standing standing, Keys epochs, List<AbortCert> aborted) {
            var epoch = keys.ready(epochs.current().number());
            var left = interrupted(epochs, epoch);
            var task =
                    new RoundTask(
                            lastRound,
                            facts.schedule().get(standing.tasksDone()),
                            epoch,
                            epochs.current().members(),
                            left.state().roll().cohort(),
                            standing.past(),
                            aborted);
            return RoundRunner.resume(parts, task, left);
        }

        private InterruptedRound interrupted(Keys epochs, ReadyEpoch epoch) {
            return InterruptedRound.of(
                    record.newest().orElseThrow(),
                    facts,
                    facts.roundRules(epoch, sumsBefore(lastRound)),
                    epochs.current().members());
        }

        private Optional<Withdrawal> withdrawal() {
            boolean failed = lastRound > lastDone() && !record.withdrawn().containsKey(lastRound);
            return record.lastResult()
                    .filter(_ -> failed)
                    .map(
                            result ->
                                    new Withdrawal(
                                            parts,
                                            lastRound,
                                            new AbortDesk(
                                                    present(),
                                                    lastRound,
                                                    new CoordinatorMessage.Result(
                                                            facts.job(), result))));
        }

        private ReadyEpoch present() {
            return keys.ready(keys.of(facts.place()).current().number());
        }

        private RoundFailure failure() {
            var epoch = present();
            var end = interrupted(keys.of(facts.place()), epoch).state();
            return end instanceof RoundState.Failed failed
                    ? RoundFailure.of(
                            lastRound, facts.roundRules(epoch, sumsBefore(lastRound)), failed)
                    : new RoundFailure("Round %d failed.".formatted(lastRound), "");
        }
    }
}
