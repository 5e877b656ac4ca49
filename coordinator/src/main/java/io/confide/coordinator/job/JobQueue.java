package io.confide.coordinator.job;

import io.confide.common.files.CoordinatorConfig.JobLimits;
import io.confide.common.model.JobId;
import io.confide.common.model.Priority;
import io.confide.common.model.SiteId;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The jobs that wait for a place, and which of them has the next one. Higher priority goes first, then whoever was submitted
 * earlier; every {@link #RISE} of waiting raises a job by one priority, so that in the end it is passed by nobody who came
 * later. A job that the limits keep back lets those behind it pass, but one that has waited for {@link #HELD_AFTER} and lacks
 * nothing but sites keeps places at its sites: others that share some of them could otherwise pass for ever.
 */
public final class JobQueue {
    public static final Duration RISE = Duration.ofMinutes(30);
    public static final Duration HELD_AFTER = Duration.ofHours(2);

    private final List<Entry> waiting;
    private final List<Entry> begun;
    private final JobLimits limits;
    private final Instant now;

    /**
     * A job that has not ended.
     *
     * @param sites where it runs
     */
    public record Entry(
            JobId job, String study, Set<SiteId> sites, Priority priority, Instant submitted) {
        public Entry {
            sites = Set.copyOf(sites);
        }

        private Duration waited(Instant now) {
            return Duration.between(submitted, now);
        }

        private Priority rank(Instant now) {
            var rank = priority;
            var rise = RISE;
            while (rank != Priority.HIGH && waited(now).compareTo(rise) >= 0) {
                rank = rank.raised();
                rise = rise.plus(RISE);
            }
            return rank;
        }
    }

    /** @param begun those that have a place, in any order */
    public JobQueue(
            Collection<Entry> waiting, Collection<Entry> begun, JobLimits limits, Instant now) {
        Comparator<Entry> urgent =
                Comparator.comparing(entry -> entry.rank(now), Comparator.reverseOrder());
        this.waiting =
                waiting.stream()
                        .sorted(
                                urgent.thenComparing(Entry::submitted)
                                        .thenComparing(entry -> entry.job().toString()))
                        .toList();
        this.begun = List.copyOf(begun);
        this.limits = limits;
        this.now = now;
    }

    /** Those that wait, in the order in which they would get places if no limit were there but that of all. */
    public List<JobId> order() {
        return waiting.stream().map(Entry::job).toList();
    }

    /** How many wait. */
    public int depth() {
        return waiting.size();
    }

    /** The job that begins now, if one may. */
    public Optional<JobId> next() {
        var places = new Places();
        for (var entry : waiting) {
            var obstacle = places.obstacle(entry);
            if (obstacle.isEmpty()) {
                return Optional.of(entry.job());
            }
            places.passed(entry, obstacle.get());
        }
        return Optional.empty();
    }

    /** Why {@code job} waits and how many are before it; empty if it does not wait. */
    public Optional<String> sentence(JobId job) {
        var places = new Places();
        int before = 0;
        for (var entry : waiting) {
            var obstacle = places.obstacle(entry);
            if (entry.job().equals(job)) {
                var why = obstacle.map(Obstacle::words).orElse("a place is being given away");
                return Optional.of("Waits in the queue: %s; %s.".formatted(why, before(before)));
            }
            obstacle.ifPresent(found -> places.passed(entry, found));
            before++;
        }
        return Optional.empty();
    }

    private static String before(int jobs) {
        return switch (jobs) {
            case 0 -> "none is before it";
            case 1 -> "1 is before it";
            default -> jobs + " are before it";
        };
    }

    /** A job has a place until it ends, whether or not it runs just now. */
    private static String placed(int jobs, String which) {
        return jobs == 1
                ? "1 job%s has a place".formatted(which)
                : "%d jobs%s have places".formatted(jobs, which);
    }

    private enum Limit {
        AT_ONCE,
        STUDY,
        SITES,
        /** A place is free, but kept for a job that is before it. */
        KEPT
    }

    private record Obstacle(Limit limit, String words) {}

    /** Who takes up what: the jobs that run, and those for which places are kept. */
    private final class Places {
        private final Map<String, Integer> studies = new HashMap<>();
        private final Map<SiteId, Integer> sites = new HashMap<>();
        private final Map<String, Integer> keptStudies = new HashMap<>();
        private final Map<SiteId, Integer> keptSites = new HashMap<>();

        Places() {
            begun.forEach(entry -> count(entry, studies, sites));
        }

        private static void count(
                Entry entry, Map<String, Integer> studies, Map<SiteId, Integer> sites) {
            studies.merge(entry.study(), 1, Integer::sum);
            entry.sites().forEach(site -> sites.merge(site, 1, Integer::sum));
        }

        Optional<Obstacle> obstacle(Entry entry) {
            int all = begun.size();
            if (all >= limits.atOnce()) {
                return is(Limit.AT_ONCE, placed(all, "") + ", the most at once");
            }
            int ofStudy = studies.getOrDefault(entry.study(), 0);
            if (ofStudy >= limits.perStudy()) {
                return is(
                        Limit.STUDY, placed(ofStudy, " of its study") + ", the most of one study");
            }
            var full =
                    entry.sites().stream()
                            .filter(site -> sites.getOrDefault(site, 0) >= limits.perSite())
                            .sorted()
                            .toList();
            if (!full.isEmpty()) {
                var more = full.size() == 1 ? "" : " and %d more".formatted(full.size() - 1);
                return is(
                        Limit.SITES,
                        "%s at %s%s, the most at one site"
                                .formatted(
                                        placed(sites.getOrDefault(full.getFirst(), 0), ""),
                                        full.getFirst(),
                                        more));
            }
            boolean isKept =
                    !studyHasRoom(entry)
                            || entry.sites().stream()
                                    .anyMatch(
                                            site ->
                                                    sites.getOrDefault(site, 0)
                                                                    + keptSites.getOrDefault(
                                                                            site, 0)
                                                            >= limits.perSite());
            return isKept
                    ? is(Limit.KEPT, "the places that it needs are kept for longer waiting jobs")
                    : Optional.empty();
        }

        /** Also beside those for which places are kept. */
        private boolean studyHasRoom(Entry entry) {
            return studies.getOrDefault(entry.study(), 0)
                            + keptStudies.getOrDefault(entry.study(), 0)
                    < limits.perStudy();
        }

        private static Optional<Obstacle> is(Limit limit, String words) {
            return Optional.of(new Obstacle(limit, words));
        }

        /** Others are considered before {@code entry}, which is kept back by {@code obstacle}. */
        void passed(Entry entry, Obstacle obstacle) {
            // For one that only waits for a longer waiting one nothing is kept yet: it may lack a
            // site after that.
            boolean isHeld =
                    obstacle.limit() == Limit.SITES
                            && entry.waited(now).compareTo(HELD_AFTER) >= 0
                            && studyHasRoom(entry);
            if (isHeld) {
                count(entry, keptStudies, keptSites);
            }
        }
    }
}
