package io.confide.coordinator.driver;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.wire.CoordinatorBody;
import io.confide.common.wire.SiteBody;
import io.confide.coordinator.job.JobEvent;
import io.confide.coordinator.port.SiteInbox;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;

/** Passes on what sites say, and that they come and go, to the jobs it is about. */
final class SiteMail {
    private static final Logger LOG = LoggerFactory.getLogger(SiteMail.class);

    private final Shell shell;
    private final SiteDirectory directory;
    private final KeyHolders keyHolders;
    private final Map<JobId, RunningJob> running;
    private final Map<JobId, String> interrupted = new ConcurrentHashMap<>();

    /** @param running changes while this is used */
    SiteMail(
            Shell shell,
            SiteDirectory directory,
            KeyHolders keyHolders,
            Map<JobId, RunningJob> running) {
        this.shell = shell;
        this.directory = directory;
        this.keyHolders = keyHolders;
        this.running = running;
    }

    /** Every site that connects from now on is told that {@code job} is over. */
    void interrupted(JobId job, String outcome) {
        interrupted.put(job, outcome);
    }

    /** Tells a job who is here already. */
    void introduceAll(RunningJob job) {
        for (var site : shell.sites().connected()) {
            directory.bootId(site).ifPresent(id -> introduce(job, site, id));
        }
    }

    private static void introduce(RunningJob job, SiteId site, Bytes bootId) {
        boolean known = KeyHolders.isKnown(job.driver().processes(), site, bootId);
        var session = known ? JobEvent.Session.RETURNED : JobEvent.Session.NEW;
        job.post(site, new Mail.Arrived(site, session, bootId));
    }

    /** @param goOn the jobs of which the site was told that they go on with it */
    void connected(
            SiteId site,
            SiteBody.Greeting greeting,
            SiteInbox.Session session,
            SortedSet<JobId> goOn) {
        directory.greeted(site, greeting);
        LOG.info(
                "event=site-connected site={} session={} software=\"{}\"",
                site,
                session,
                greeting.software());
        keyHolders.connected(site, greeting.bootId());
        running.forEach(
                (job, each) ->
                        each.post(
                                site,
                                new Mail.Arrived(
                                        site,
                                        switch (session) {
                                            case NEW ->
                                                    goOn.contains(job)
                                                            ? JobEvent.Session.RETURNED
                                                            : JobEvent.Session.NEW;
                                            case RESUMED -> JobEvent.Session.RESUMED;
                                        },
                                        greeting.bootId())));
        interrupted.forEach(
                (job, outcome) ->
                        shell.sites().send(site, new CoordinatorBody.JobEnded(job, outcome)));
    }

    void present(SiteId site, SiteBody.Greeting greeting) {
        directory.greeted(site, greeting);
        running.values().forEach(each -> introduce(each, site, greeting.bootId()));
    }

    void lost(SiteId site) {
        directory.lost(site);
        LOG.info("event=site-lost site={}", site);
        running.values().forEach(each -> each.post(site, new Mail.Lost(site)));
    }

    void received(SiteId site, SiteBody body) {
        body.about()
                .flatMap(job -> Optional.ofNullable(running.get(job)))
                .ifPresent(each -> each.post(site, new Mail.Said(site, body)));
    }
}
