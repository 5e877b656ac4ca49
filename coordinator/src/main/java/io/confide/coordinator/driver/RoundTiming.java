package io.confide.coordinator.driver;

import io.confide.common.model.Guarantee;
import io.confide.common.model.Plan;
import io.confide.common.model.SiteId;
import io.confide.common.model.Task;
import io.confide.coordinator.round.Drop;
import io.confide.coordinator.round.Roll;
import io.confide.coordinator.round.UsualTimes;

import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How long one round is open, and how long its sites need. Times are the job's: what it stood still does not count. They stay in
 * this process, so after a restart of the coordinator a round is given the plan's time until enough is known anew.
 */
final class RoundTiming {
    private final JobParts parts;
    private final UsualTimes known;
    private final Optional<Course> course;

    /** For which the round is open, as far as is known now. */
    private Duration time;

    /** A round that this process has opened. */
    private record Course(
            UsualTimes.Kind kind,
            Duration opened,
            SortedMap<SiteId, Long> lives,
            SortedMap<SiteId, Duration> needed) {}

    private RoundTiming(JobParts parts, UsualTimes known, Duration time, Optional<Course> course) {
        this.parts = parts;
        this.known = known;
        this.time = time;
        this.course = course;
    }

    /**
     * What is known before the first round. Under a guarantee the plan's time is always given: who is in a sum must not depend on
     * times that depend on records, and a round that has to be repeated costs privacy.
     */
    static UsualTimes nothingKnown(Plan plan, DriverTimes times) {
        var most = whole(plan);
        return switch (plan.guarantee()) {
            case Guarantee.RecordLevel _ -> UsualTimes.never(most);
            case Guarantee.None _ ->
                    switch (plan.aggregation().earlyClose()) {
                        case OFF -> UsualTimes.never(most);
                        case ON -> new UsualTimes(times.leastRound(), most);
                    };
        };
    }

    /** Of a round that is opened now. */
    static RoundTiming begun(
            JobParts parts, UsualTimes known, Task task, SortedSet<SiteId> cohort) {
        var kind = UsualTimes.Kind.of(task);
        var lives = lives(parts, cohort);
        var course = new Course(kind, parts.timers().acted(), lives, new TreeMap<>());
        return new RoundTiming(parts, known, known.of(kind, lives), Optional.of(course));
    }

    /** Of one that another process has opened: it is given the plan's time, and nothing is learnt from it. */
    static RoundTiming resumed(JobParts parts) {
        var most = whole(parts.facts().plan());
        return new RoundTiming(parts, UsualTimes.never(most), most, Optional.empty());
    }

    private static Duration whole(Plan plan) {
        return Duration.ofSeconds(plan.aggregation().roundSeconds());
    }

    private static SortedMap<SiteId, Long> lives(JobParts parts, SortedSet<SiteId> cohort) {
        var lives = new TreeMap<>(parts.processes().lives(cohort));
        cohort.forEach(site -> lives.putIfAbsent(site, 0L));
        return Collections.unmodifiableSortedMap(lives);
    }

    /** The time of the plan. */
    Duration whole() {
        return known.most();
    }

    /** When the round may close early; empty if it waits the whole time of the plan. */
    Optional<Duration> early() {
        return time.compareTo(whole()) < 0 ? Optional.of(time) : Optional.empty();
    }

    /** For which the round is open if all goes well. */
    Duration time() {
        return time;
    }

    /** The early time has passed and there is no sum yet. Returns for how long it is waited more; empty: to the plan's time. */
    Optional<Duration> goesOn() {
        var before = time;
        time = known.after(before);
        return early().map(longer -> longer.minus(before));
    }

    /** The input of {@code site} is in the sum. */
    void stored(SiteId site) {
        course.ifPresent(
                own -> own.needed().putIfAbsent(site, parts.timers().acted().minus(own.opened())));
    }

    /** What this round, which is over, tells of its sites; of one that has another process by now nothing. */
    Optional<UsualTimes.Round> over(Roll roll) {
        return course.map(
                own -> {
                    var lives = new TreeMap<>(lives(parts, roll.cohort()));
                    lives.entrySet()
                            .removeIf(now -> !now.getValue().equals(own.lives().get(now.getKey())));
                    return new UsualTimes.Round(own.kind(), time, own.needed(), late(roll), lives);
                });
    }

    private static SortedSet<SiteId> late(Roll roll) {
        var late = new TreeSet<SiteId>();
        roll.dropped()
                .forEach(
                        (site, drop) -> {
                            if (isLate(drop)) {
                                late.add(site);
                            }
                        });
        return late;
    }

    private static boolean isLate(Drop drop) {
        return drop.step() == Drop.Step.UPLOAD && drop.cause() instanceof Drop.Cause.Late;
    }

    /** Why a site dropped, for people. It tells no time but the round's own, which is coarse. */
    String reason(Drop drop) {
        var words = drop.cause().words();
        return early().filter(_ -> isLate(drop))
                .map(
                        given ->
                                "%s (no input after %d s, at least 4 times what any site of this round took of late; the plan allows %d s)"
                                        .formatted(words, given.toSeconds(), whole().toSeconds()))
                .orElse(words);
    }
}
