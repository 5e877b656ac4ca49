package io.confide.coordinator.driver;

import io.confide.common.model.SiteId;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.server.ReadyEpoch;
import io.confide.coordinator.job.JobState.Epoch;
import io.confide.coordinator.job.Keys;
import io.confide.coordinator.port.JobRecord;
import io.confide.coordinator.port.LogEntry;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The keys that are durable of a job, by the group that made them. */
final class KeptKeys {
    private final JobFacts facts;
    private final JobRecord record;
    private final NavigableMap<Long, ReadyEpoch> ready = new TreeMap<>();

    /** By number of the group, and of the epoch. */
    private final List<NavigableMap<Long, LogEntry.EpochMade>> made = new ArrayList<>();

    KeptKeys(JobFacts facts, JobRecord record) {
        this.facts = facts;
        this.record = record;
        facts.groups().forEach(_ -> made.add(new TreeMap<>()));
        record.epochs()
                .forEach(
                        (number, epoch) -> {
                            int place = facts.placeOf(epoch.holders().firstKey());
                            var group = facts.groups().get(place);
                            made.get(place).put(number, epoch);
                            ready.put(
                                    number,
                                    ReadyEpoch.of(
                                            facts.job(),
                                            epoch.epoch(),
                                            group.roster(),
                                            group.keys(),
                                            group.policy()));
                        });
    }

    /** All of them, by epoch. */
    NavigableMap<Long, ReadyEpoch> ready() {
        return Collections.unmodifiableNavigableMap(ready);
    }

    ReadyEpoch ready(long number) {
        return Optional.ofNullable(ready.get(number))
                .orElseThrow(() -> new IllegalStateException("epoch " + number + " was not kept"));
    }

    /** Those that the group number {@code place} has opened its rounds with, and newer ones if it has them. */
    Keys of(int place) {
        var own = made.get(place);
        if (own.isEmpty()) {
            return new Keys(Epoch.NONE, new Keys.Next.Idle(0));
        }
        long used =
                record.newest()
                        .map(round -> round.opened().epoch())
                        .filter(own::containsKey)
                        .orElse(own.lastKey());
        boolean isNewest = used >= own.lastKey();
        return new Keys(
                epoch(own, used),
                isNewest ? new Keys.Next.Idle(0) : new Keys.Next.Ready(epoch(own, own.lastKey())));
    }

    /** By group the newest ones of all groups but number {@code place}. */
    SortedMap<Integer, Epoch> besides(int place) {
        var others = new TreeMap<Integer, Epoch>();
        for (int other = 0; other < made.size(); other++) {
            var own = made.get(other);
            if (other != place && !own.isEmpty()) {
                others.put(other, epoch(own, own.lastKey()));
            }
        }
        return others;
    }

    /** Who is worth waiting for: the members of the keys there are, and all of a group that has none. */
    SortedSet<SiteId> known() {
        var known = new TreeSet<SiteId>();
        for (int place = 0; place < made.size(); place++) {
            var members = of(place).current().members();
            known.addAll(
                    members.isEmpty() ? facts.jobRules().groups().get(place).sites() : members);
        }
        return known;
    }

    /** Of each group the certificate of the newest keys, and the Result of the last round if it was its own and done. */
    SortedMap<SiteId, List<CoordinatorMessage>> reminders() {
        var reminders = new TreeMap<SiteId, List<CoordinatorMessage>>();
        for (var own : made) {
            if (!own.isEmpty()) {
                remind(own, reminders);
            }
        }
        return reminders;
    }

    private void remind(
            NavigableMap<Long, LogEntry.EpochMade> own,
            SortedMap<SiteId, List<CoordinatorMessage>> reminders) {
        var messages = new ArrayList<CoordinatorMessage>();
        messages.add(own.lastEntry().getValue().epoch().certificate(facts.job()));
        boolean lastIsOwnAndDone =
                !record.ended().isEmpty()
                        && record.ended().getLast().isDone()
                        && facts.placeOf(new SiteId(record.ended().getLast().cohort().getFirst()))
                                == made.indexOf(own);
        record.lastResult()
                .filter(_ -> lastIsOwnAndDone)
                .ifPresent(
                        result -> messages.add(new CoordinatorMessage.Result(facts.job(), result)));
        for (var site : epoch(own, own.lastKey()).members()) {
            reminders.put(site, List.copyOf(messages));
        }
    }

    private Epoch epoch(NavigableMap<Long, LogEntry.EpochMade> own, long number) {
        var members = new TreeSet<SiteId>();
        Optional.ofNullable(own.get(number))
                .orElseThrow()
                .holders()
                .forEach(
                        (site, life) -> {
                            var met = record.sites().get(site);
                            if (met != null && met.life() == life) {
                                members.add(site);
                            }
                        });
        var terms = ready(number).terms();
        return new Epoch(number, members, terms.firstRound() + terms.rounds() - 1);
    }
}
