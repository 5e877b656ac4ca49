package io.confide.coordinator.cluster;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.wire.SiteBody;
import io.confide.coordinator.port.LocalJobs;
import io.confide.coordinator.port.SiteInbox;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** What the sites that are connected here say: to the jobs of this process, and to the other members. */
final class ClusterInbox implements SiteInbox {
    /** New jobs are known within half a second. */
    static final int UNKNOWN_MAX = 16;

    private final String self;
    private final LocalJobs jobs;
    private final Whereabouts whereabouts;
    private final BiConsumer<String, PeerMail.Told> tell;
    private final Consumer<PeerMail.Told> tellAll;

    /** What a site was told last, so that nobody takes it for something else that was true a moment later. */
    private final Map<SiteId, SortedSet<JobId>> told = new ConcurrentHashMap<>();

    /** How often each site has spoken of jobs that nobody knows, since the last tick. */
    private final Map<SiteId, Integer> unknown = new ConcurrentHashMap<>();

    ClusterInbox(
            String self,
            LocalJobs jobs,
            Whereabouts whereabouts,
            BiConsumer<String, PeerMail.Told> tell,
            Consumer<PeerMail.Told> tellAll) {
        this.self = self;
        this.jobs = jobs;
        this.whereabouts = whereabouts;
        this.tell = tell;
        this.tellAll = tellAll;
    }

    @Override
    public void connected(SiteId site, SiteBody.Greeting greeting, SiteInbox.Session session) {
        var goOn = Optional.ofNullable(told.remove(site)).orElseGet(Collections::emptySortedSet);
        whereabouts.arrived(self, site, greeting);
        jobs.connected(site, greeting, session, goOn);
        tellAll.accept(new PeerMail.SiteArrived(site, greeting, session, goOn));
    }

    @Override
    public SortedSet<JobId> goesOn(SiteId site, Bytes bootId) {
        var known = jobs.goesOn(site, bootId);
        known.addAll(whereabouts.goesOn(site, bootId));
        told.put(site, known);
        return known;
    }

    @Override
    public void turnedAway(SiteId site, Duration ahead) {
        jobs.turnedAway(site, ahead);
        tellAll.accept(new PeerMail.SiteTurnedAway(site, ahead));
    }

    @Override
    public void lost(SiteId site) {
        if (whereabouts.left(self, site)) {
            jobs.lost(site);
            tellAll.accept(new PeerMail.SiteLeft(site));
        }
    }

    /**
     * To who leads the job. While nobody is known to, everybody hears it: at most one can use it. Of a job that nobody knows a
     * site may speak so often only: it may be new, or made up.
     */
    @Override
    public void received(SiteId site, SiteBody body) {
        jobs.received(site, body);
        body.about().ifPresent(job -> passOn(job, new PeerMail.SiteSaid(site, body)));
    }

    private void passOn(JobId job, PeerMail.SiteSaid mail) {
        var leader = whereabouts.leaderOf(job);
        if (leader.isPresent()) {
            leader.filter(member -> !member.equals(self))
                    .ifPresent(member -> tell.accept(member, mail));
        } else if (whereabouts.isKnown(job)
                || unknown.merge(mail.site(), 1, Integer::sum) <= UNKNOWN_MAX) {
            tellAll.accept(mail);
        }
    }

    /** To be called every now and then: sites may speak of jobs that nobody knows once more. */
    void tick() {
        unknown.clear();
    }
}
