package io.confide.coordinator.cluster;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.wire.SiteBody;
import io.confide.coordinator.port.LocalJobs.Led;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which member has which site's connection and leads which job, from what members tell. Thread-safe. */
final class Whereabouts {
    private static final String NOBODY = "";

    private final Map<SiteId, Presence> sites = new TreeMap<>();

    /** Where the session of each site is, also while the site is away for a moment. */
    private final Map<SiteId, String> sessions = new HashMap<>();

    private final Map<JobId, Lead> jobs = new HashMap<>();
    private final Map<String, Set<JobId>> readers = new HashMap<>();

    /** What the database says of the processes that each job knows, whatever members have told. */
    private SortedMap<JobId, SortedMap<SiteId, Bytes>> durable = Collections.emptySortedMap();

    private record Presence(String member, SiteBody.Greeting greeting) {}

    /** @param led under the highest token that was told */
    private record Lead(String member, Led led) {}

    synchronized void arrived(String member, SiteId site, SiteBody.Greeting greeting) {
        sites.put(site, new Presence(member, greeting));
        sessions.put(site, member);
    }

    /** What a list of all sites at a member has changed. */
    record Change(Map<SiteId, SiteBody.Greeting> come, List<SiteId> gone) {}

    /** All sites that are connected to {@code member} now. One that is known to be elsewhere has gone there since. */
    synchronized Change areAt(String member, Map<SiteId, SiteBody.Greeting> all) {
        var come = new TreeMap<SiteId, SiteBody.Greeting>();
        all.forEach(
                (site, greeting) -> {
                    if (!sites.containsKey(site)) {
                        come.put(site, greeting);
                    }
                });
        come.forEach((site, greeting) -> arrived(member, site, greeting));
        var gone = new ArrayList<SiteId>();
        sites.forEach(
                (site, presence) -> {
                    if (presence.member().equals(member) && !all.containsKey(site)) {
                        gone.add(site);
                    }
                });
        gone.forEach(sites::remove);
        return new Change(come, gone);
    }

    /** Returns whether the site is gone: it may have gone to another member before this one noticed. */
    synchronized boolean left(String member, SiteId site) {
        return sites.get(site) instanceof Presence(var at, _)
                && at.equals(member)
                && sites.remove(site) != null;
    }

    /** The member is gone; returns the sites that were connected to it. Its jobs wait for somebody who leads them. */
    synchronized List<SiteId> gone(String member) {
        var lost = new ArrayList<SiteId>();
        sites.forEach(
                (site, presence) -> {
                    if (presence.member().equals(member)) {
                        lost.add(site);
                    }
                });
        lost.forEach(sites::remove);
        sessions.values().removeIf(member::equals);
        readers.remove(member);
        jobs.replaceAll(
                (_, lead) -> lead.member().equals(member) ? new Lead(NOBODY, lead.led()) : lead);
        return lost;
    }

    /** All that {@code member} leads now; what it led and does not name any more is over, unless somebody else leads it. */
    synchronized void leads(String member, List<Led> all) {
        var named = new HashSet<JobId>();
        for (var led : all) {
            named.add(led.job());
            boolean newer =
                    !(jobs.get(led.job()) instanceof Lead(_, var known))
                            || known.token().value() <= led.token().value();
            if (newer) {
                jobs.put(led.job(), new Lead(member, led));
            }
        }
        jobs.entrySet()
                .removeIf(
                        each ->
                                each.getValue().member().equals(member)
                                        && !named.contains(each.getKey()));
    }

    synchronized void reads(String member, Set<JobId> all) {
        readers.put(member, Set.copyOf(all));
    }

    synchronized void readsAsWell(String member, JobId job) {
        var all = new HashSet<>(readers.getOrDefault(member, Set.of()));
        all.add(job);
        readers.put(member, Set.copyOf(all));
    }

    /** Whether {@code job} is known to be led by somebody, or not to have ended. */
    synchronized boolean isKnown(JobId job) {
        return jobs.containsKey(job) || durable.containsKey(job);
    }

    /** The members at which somebody reads the events of {@code job}. */
    synchronized List<String> readersOf(JobId job) {
        return readers.entrySet().stream()
                .filter(each -> each.getValue().contains(job))
                .map(Map.Entry::getKey)
                .toList();
    }

    synchronized SortedSet<SiteId> sites() {
        return new TreeSet<>(sites.keySet());
    }

    /** The sites that are connected to {@code member}. */
    synchronized SortedMap<SiteId, SiteBody.Greeting> sitesOf(String member) {
        var there = new TreeMap<SiteId, SiteBody.Greeting>();
        sites.forEach(
                (site, presence) -> {
                    if (presence.member().equals(member)) {
                        there.put(site, presence.greeting());
                    }
                });
        return there;
    }

    /** The member that has the session of {@code site}, in which what is sent waits while the site is away. */
    synchronized Optional<String> memberOf(SiteId site) {
        return Optional.ofNullable(sessions.get(site));
    }

    synchronized Optional<String> leaderOf(JobId job) {
        return Optional.ofNullable(jobs.get(job))
                .map(Lead::member)
                .filter(member -> !member.equals(NOBODY));
    }

    /** All jobs that have not ended, with the processes that they know. */
    synchronized void areKept(SortedMap<JobId, SortedMap<SiteId, Bytes>> all) {
        durable = all;
    }

    /**
     * The jobs that know the process {@code bootId} of {@code site}, whoever leads them and whether anybody does now. A site
     * throws away the keys of a job that is not named, so what members may not have told yet is not enough.
     */
    synchronized SortedSet<JobId> goesOn(SiteId site, Bytes bootId) {
        var known = new TreeSet<JobId>();
        jobs.forEach(
                (job, lead) -> {
                    if (Optional.ofNullable(lead.led().processes().get(site))
                            .filter(bootId::equals)
                            .isPresent()) {
                        known.add(job);
                    }
                });
        durable.forEach(
                (job, processes) -> {
                    if (Optional.ofNullable(processes.get(site))
                            .filter(bootId::equals)
                            .isPresent()) {
                        known.add(job);
                    }
                });
        return known;
    }
}
