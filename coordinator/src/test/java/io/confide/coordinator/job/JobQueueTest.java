package io.confide.coordinator.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.files.CoordinatorConfig.JobLimits;
import io.confide.common.model.JobId;
import io.confide.common.model.Priority;
import io.confide.common.model.SiteId;
import io.confide.coordinator.job.JobQueue.Entry;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.UUID;

class JobQueueTest {
    private static final Instant NOW = Instant.parse("2026-07-01T12:00:00Z");
    private static final JobLimits WIDE = new JobLimits(100, 100, 100);

    private static JobId id(int number) {
        return new JobId(new UUID(1, number));
    }

    private static Entry entry(
            int number, String study, String sites, Priority priority, Duration ago) {
        var all = new TreeSet<SiteId>();
        sites.chars().forEach(letter -> all.add(new SiteId(Character.toString(letter))));
        return new Entry(id(number), study, all, priority, NOW.minus(ago));
    }

    private static Duration minutes(int minutes) {
        return Duration.ofMinutes(minutes);
    }

    private static List<Entry> running(String... sites) {
        var running = new ArrayList<Entry>();
        for (var each : sites) {
            running.add(
                    entry(
                            100 + running.size(),
                            "other",
                            each,
                            Priority.NORMAL,
                            Duration.ofDays(1)));
        }
        return running;
    }

    private static JobQueue queue(
            Collection<Entry> waiting, Collection<Entry> running, JobLimits limits) {
        return new JobQueue(waiting, running, limits, NOW);
    }

    @Test
    void priorityGoesFirstThenTheTimeOfSubmission() {
        var waiting =
                List.of(
                        entry(1, "s", "ab", Priority.LOW, minutes(29)),
                        entry(2, "s", "ab", Priority.NORMAL, minutes(3)),
                        entry(3, "s", "ab", Priority.NORMAL, minutes(5)),
                        entry(4, "s", "ab", Priority.HIGH, minutes(1)));
        var queue = queue(waiting, List.of(), WIDE);
        assertEquals(List.of(id(4), id(3), id(2), id(1)), queue.order());
        assertEquals(Optional.of(id(4)), queue.next());
    }

    @Test
    void halfAnHourOfWaitingRaisesAJobByOneAndNoFurtherThanHigh() {
        var waiting =
                List.of(
                        entry(1, "s", "a", Priority.LOW, minutes(60)),
                        entry(2, "s", "a", Priority.NORMAL, minutes(30)),
                        entry(3, "s", "a", Priority.NORMAL, minutes(29)),
                        entry(4, "s", "a", Priority.HIGH, minutes(31)));
        assertEquals(List.of(id(1), id(4), id(2), id(3)), queue(waiting, List.of(), WIDE).order());
    }

    @Test
    void aClockThatWentBackLowersNobody() {
        var waiting =
                List.of(
                        entry(1, "s", "a", Priority.NORMAL, minutes(-600)),
                        entry(2, "s", "a", Priority.LOW, minutes(1)));
        assertEquals(List.of(id(1), id(2)), queue(waiting, List.of(), WIDE).order());
    }

    @Test
    void aStudyOrASiteThatIsFullLetsOthersPass() {
        var limits = new JobLimits(10, 1, 2);
        var waiting =
                List.of(
                        entry(1, "other", "c", Priority.HIGH, minutes(9)),
                        entry(2, "s", "ab", Priority.HIGH, minutes(8)),
                        entry(3, "t", "bc", Priority.LOW, minutes(7)));
        var running = running("a", "ab");
        var queue = queue(waiting, running, limits);
        assertEquals(Optional.of(id(3)), queue.next());
        assertEquals(
                "Waits in the queue: 2 jobs of its study have places, the most of one study; none"
                        + " is before it.",
                queue.sentence(id(1)).orElseThrow());
        assertEquals(
                "Waits in the queue: 2 jobs have places at a, the most at one site; 1 is before"
                        + " it.",
                queue.sentence(id(2)).orElseThrow());
        assertEquals(
                "Waits in the queue: a place is being given away; 2 are before it.",
                queue.sentence(id(3)).orElseThrow());
        assertEquals(Optional.empty(), queue.sentence(id(4)));
        var full = queue(waiting, running, new JobLimits(2, 2, 2));
        assertEquals(Optional.empty(), full.next());
        assertEquals(
                "Waits in the queue: 2 jobs have places, the most at once; 2 are before it.",
                full.sentence(id(3)).orElseThrow());
    }

    @Test
    void aJobThatHasWaitedLongAndLacksASiteKeepsPlacesAtAllItsSites() {
        var limits = new JobLimits(10, 10, 1);
        var small = entry(2, "t", "b", Priority.HIGH, minutes(1));
        for (var ago : List.of(JobQueue.HELD_AFTER.minusSeconds(1), JobQueue.HELD_AFTER)) {
            var large = entry(1, "s", "ab", Priority.NORMAL, ago);
            var queue = queue(List.of(small, large), running("a"), limits);
            boolean isHeld = ago.equals(JobQueue.HELD_AFTER);
            assertEquals(isHeld ? Optional.empty() : Optional.of(id(2)), queue.next());
        }
        var large = entry(1, "s", "ab", Priority.NORMAL, JobQueue.HELD_AFTER);
        var queue = queue(List.of(small, large), running("a"), limits);
        assertEquals(
                "Waits in the queue: the places that it needs are kept for longer waiting jobs; 1"
                        + " is before it.",
                queue.sentence(id(2)).orElseThrow());
        assertEquals(Optional.of(id(1)), queue(List.of(small, large), List.of(), limits).next());
    }

    @Test
    void aJobThatItsOwnStudyKeepsBackHoldsNoSite() {
        var limits = new JobLimits(10, 1, 2);
        var waiting =
                List.of(
                        entry(1, "other", "ab", Priority.HIGH, Duration.ofDays(1)),
                        entry(2, "t", "ab", Priority.LOW, minutes(1)));
        assertEquals(Optional.of(id(2)), queue(waiting, running("a"), limits).next());
    }

    @Test
    void nothingIsKeptForAJobThatOnlyWaitsForOneThatHolds() {
        var limits = new JobLimits(3, 3, 2);
        var running =
                List.of(
                        entry(10, "s", "b", Priority.LOW, minutes(121)),
                        entry(11, "s", "bd", Priority.LOW, minutes(121)));
        var waiting =
                List.of(
                        entry(1, "t", "bd", Priority.LOW, minutes(121)),
                        entry(2, "s", "d", Priority.LOW, minutes(120)),
                        entry(3, "s", "a", Priority.LOW, minutes(0)));
        assertEquals(Optional.of(id(3)), queue(waiting, running, limits).next());
    }

    @Provide
    Arbitrary<List<Entry>> entries() {
        var entry =
                Combinators.combine(
                                Arbitraries.integers().between(0, 3),
                                Arbitraries.integers().between(1, 15),
                                Arbitraries.of(Priority.class),
                                Arbitraries.integers().between(0, 200))
                        .as(
                                (study, sites, priority, ago) ->
                                        entry(
                                                0,
                                                "study-" + study,
                                                letters(sites),
                                                priority,
                                                minutes(ago)));
        return entry.list().ofMaxSize(20).map(JobQueueTest::numbered);
    }

    private static List<Entry> numbered(List<Entry> entries) {
        var numbered = new ArrayList<Entry>();
        for (var each : entries) {
            numbered.add(
                    new Entry(
                            id(numbered.size() + 1),
                            each.study(),
                            each.sites(),
                            each.priority(),
                            each.submitted()));
        }
        return numbered;
    }

    private static String letters(int bitmap) {
        var letters = new StringBuilder();
        for (int site = 0; site < 4; site++) {
            if ((bitmap >> site & 1) == 1) {
                letters.append((char) ('a' + site));
            }
        }
        return letters.toString();
    }

    @Provide
    Arbitrary<JobLimits> limits() {
        var limit = Arbitraries.integers().between(1, 6);
        return Combinators.combine(limit, limit, limit).as(JobLimits::new);
    }

    private static boolean isWithin(Collection<Entry> running, JobLimits limits) {
        var studies = new HashMap<String, Integer>();
        var sites = new HashMap<SiteId, Integer>();
        for (var each : running) {
            studies.merge(each.study(), 1, Integer::sum);
            each.sites().forEach(site -> sites.merge(site, 1, Integer::sum));
        }
        return running.size() <= limits.atOnce()
                && studies.values().stream().allMatch(count -> count <= limits.perStudy())
                && sites.values().stream().allMatch(count -> count <= limits.perSite());
    }

    private static boolean fits(Entry entry, Collection<Entry> running, JobLimits limits) {
        var with = new ArrayList<>(running);
        with.add(entry);
        return isWithin(with, limits);
    }

    /** Lets in whoever may begin, one after the other; returns in which order. */
    private static List<Entry> letIn(
            List<Entry> waiting, List<Entry> running, JobLimits limits, Instant now) {
        var begun = new ArrayList<Entry>();
        while (true) {
            var next = new JobQueue(waiting, running, limits, now).next();
            if (next.isEmpty()) {
                return begun;
            }
            var entry = waiting.stream().filter(each -> each.job().equals(next.get())).findFirst();
            waiting.remove(entry.orElseThrow());
            running.add(entry.orElseThrow());
            begun.add(entry.orElseThrow());
        }
    }

    /** A place stays free only for a job that has waited long, and never beside one that would fit and shares nothing with it. */
    @Property(tries = 400)
    void limitsHoldAndNoPlaceStaysFreeForNothing(
            @ForAll("entries") List<Entry> all, @ForAll("limits") JobLimits limits) {
        var waiting = new ArrayList<>(all);
        var running = new ArrayList<Entry>();
        letIn(waiting, running, limits, NOW);
        assertTrue(isWithin(running, limits), running::toString);
        for (var left : waiting) {
            if (fits(left, running, limits)) {
                var keeper =
                        waiting.stream()
                                .filter(
                                        other ->
                                                !other.submitted()
                                                        .isAfter(NOW.minus(JobQueue.HELD_AFTER)))
                                .filter(other -> !fits(other, running, limits))
                                .filter(
                                        other ->
                                                other.study().equals(left.study())
                                                        || other.sites().stream()
                                                                .anyMatch(left.sites()::contains))
                                .findFirst();
                assertTrue(keeper.isPresent(), () -> left + " waits for nothing");
            }
        }
    }

    @Property(tries = 400)
    void whoBeginsIsTheFirstOfAllThatFit(
            @ForAll("entries") List<Entry> all, @ForAll("limits") JobLimits limits) {
        var young =
                all.stream()
                        .filter(each -> each.submitted().isAfter(NOW.minus(JobQueue.HELD_AFTER)))
                        .toList();
        var waiting = new ArrayList<>(young);
        var running = new ArrayList<Entry>();
        for (var begun : letIn(waiting, running, limits, NOW)) {
            var before = running.subList(0, running.indexOf(begun));
            var rest = new ArrayList<>(young);
            rest.removeAll(before);
            var byOrder =
                    queue(rest, List.of(), WIDE).order().stream()
                            .map(job -> all.get((int) job.value().getLeastSignificantBits() - 1))
                            .filter(each -> fits(each, before, limits))
                            .findFirst();
            assertEquals(Optional.of(begun), byOrder);
        }
    }

    @Property(tries = 200)
    void everyJobThatWaitsHasASentenceAndNoOther(
            @ForAll("entries") List<Entry> all, @ForAll("limits") JobLimits limits) {
        var waiting = new ArrayList<>(all);
        var running = new ArrayList<Entry>();
        letIn(waiting, running, limits, NOW);
        var queue = queue(waiting, running, limits);
        assertEquals(waiting.size(), queue.depth());
        waiting.forEach(
                each ->
                        assertTrue(
                                queue.sentence(each.job())
                                        .orElseThrow()
                                        .matches("Waits in the queue: .*[^.]; .* before it\\.")));
        running.forEach(each -> assertEquals(Optional.empty(), queue.sentence(each.job())));
    }

    /**
     * Every ten minutes more urgent jobs of one site each come than there are places, so that both sites are never free
     * together by chance. A job of low priority that needs both begins all the same.
     */
    @Property(tries = 50)
    void nobodyWaitsForEver(@ForAll @IntRange(max = 100_000) int seed) {
        var random = new Random(seed);
        var limits = new JobLimits(4, 2, 1);
        var patient = entry(1, "patient", "ab", Priority.LOW, Duration.ZERO);
        var waiting = new ArrayList<>(List.of(patient));
        var running = new ArrayList<>(running("a"));
        Map<JobId, Instant> ends = new HashMap<>();
        ends.put(running.getFirst().job(), NOW.plus(minutes(15)));
        var now = NOW;
        int number = 2;
        while (waiting.contains(patient)) {
            now = now.plus(minutes(10));
            assertTrue(now.isBefore(NOW.plus(Duration.ofHours(4))), "it waits for ever");
            for (var site : List.of("a", "b", "ab")) {
                var sites = new TreeSet<SiteId>();
                site.chars().forEach(each -> sites.add(new SiteId(Character.toString(each))));
                waiting.add(
                        new Entry(
                                id(number++),
                                random.nextBoolean() ? "patient" : "t",
                                sites,
                                Priority.HIGH,
                                now));
            }
            var at = now;
            running.removeIf(each -> !ends.get(each.job()).isAfter(at));
            for (var begun : letIn(waiting, running, limits, now)) {
                ends.put(begun.job(), now.plus(minutes(10 + random.nextInt(20))));
            }
        }
    }
}
