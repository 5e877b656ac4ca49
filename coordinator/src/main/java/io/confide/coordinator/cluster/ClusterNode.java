package io.confide.coordinator.cluster;

import io.confide.common.files.CoordinatorConfig.Cluster;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.coordinator.port.InputStaging;
import io.confide.coordinator.port.JobDesk;
import io.confide.coordinator.port.LocalJobs;
import io.confide.coordinator.port.LocalJobs.Led;
import io.confide.coordinator.port.MemberIdentity;
import io.confide.coordinator.port.Members;
import io.confide.coordinator.port.OpenRounds;
import io.confide.coordinator.port.RoundLog;
import io.confide.coordinator.port.SiteGateway;
import io.confide.coordinator.port.SiteInbox;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * This process as a member of a cluster. It stands between the ports of the sites and of people on one side and the jobs of
 * this process on the other, so that it does not matter to which member a site or a person is connected.
 */
public final class ClusterNode implements Members, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterNode.class);

    private static final int SILENT_MAX = 4;

    private final Membership membership;
    private final Bus bus;
    private final Quorum quorum;
    private final Whereabouts whereabouts = new Whereabouts();
    private final Readers readers;
    private final DelaysElsewhere delays = new DelaysElsewhere();
    private final String self;
    private final List<Runnable> ticking = new CopyOnWriteArrayList<>();
    private List<Led> announced = List.of();
    private int silent;

    /** What of this process the other members need. */
    public record Local(
            LocalJobs jobs, JobDesk desk, InputStaging staging, SiteGateway connections) {}

    private ClusterNode(Membership membership, Bus bus, Quorum quorum) {
        this.membership = membership;
        this.bus = bus;
        this.quorum = quorum;
        this.self = membership.self();
        this.readers = new Readers(jobs -> tellAll(new PeerMail.Reads(jobs)));
    }

    /**
     * Joins the cluster; nobody hears of this process before {@link #serve}.
     *
     * @param seal the same for all processes of one coordinator and for no other
     * @param process a new one for each process
     * @throws ConfideException CONFLICT, PORT_IN_USE
     */
    public static ClusterNode join(
            Cluster settings, String seal, UUID process, MemberIdentity identity) {
        var membership = Membership.join(settings, seal, process);
        boolean open = false;
        try {
            var bus = Bus.open(membership, settings.bus(), identity);
            open = true;
            return new ClusterNode(
                    membership, bus, new Quorum(settings.least(), membership.size()));
        } finally {
            if (!open) {
                membership.close();
            }
        }
    }

    /** The way to all sites, through {@code connections} to those that are connected here. */
    public SiteGateway gateway(SiteGateway connections) {
        return new ClusterGateway(self, bus, whereabouts, connections);
    }

    /** {@code log}, but it waits while too few members are here. */
    public RoundLog quorate(RoundLog log) {
        return new QuorateLog(log, quorum);
    }

    /** Where the sites that are connected here speak to. */
    public SiteInbox inbox(LocalJobs jobs) {
        var inbox = new ClusterInbox(self, jobs, whereabouts, this::tell, this::tellAll);
        ticking.add(inbox::tick);
        return inbox;
    }

    public OpenRounds rounds(LocalJobs jobs) {
        return new ClusterRounds(self, bus, whereabouts, jobs);
    }

    /** Puts what sites upload here where the job is led. */
    public InputStaging staging(InputStaging here) {
        return new ClusterStaging(self, bus, whereabouts, here);
    }

    /** All jobs, whoever leads them. */
    public JobDesk desk(JobDesk here) {
        return new ClusterDesk(self, bus, whereabouts, readers, here, delays, this::others, quorum);
    }

    /**
     * Takes part from now on.
     *
     * @param orphaned hears, on a thread of its own, the name of a member that is gone
     */
    public void serve(Local local, Consumer<String> orphaned) {
        var hearing = new Hearing(whereabouts, readers, delays, local);
        bus.listen(hearing::told, hearing::answer);
        local.jobs()
                .listen(
                        (job, event) -> {
                            readers.happened(job, event);
                            var mail = new PeerMail.Happened(job, event);
                            whereabouts.readersOf(job).forEach(member -> bus.tell(member, mail));
                        });
        membership.listen(
                new Membership.Listener() {
                    @Override
                    public void joined() {
                        quorum.are(membership.size());
                    }

                    @Override
                    public void left(String member, String name) {
                        quorum.are(membership.size());
                        hearing.gone(member);
                        Thread.ofVirtual()
                                .name("confide-orphans")
                                .start(() -> orphaned.accept(name));
                    }
                });
        // Who joined before there was a listener is counted here.
        quorum.are(membership.size());
        announce(local.jobs());
    }

    @Override
    public synchronized void announce(LocalJobs jobs) {
        ticking.forEach(Runnable::run);
        var led = jobs.led();
        whereabouts.leads(self, led);
        boolean isNews = !Set.copyOf(led).equals(Set.copyOf(announced));
        // Now and then all the same: what is told may be lost.
        if (isNews || ++silent >= SILENT_MAX) {
            announced = led;
            silent = 0;
            tellAll(new PeerMail.Leads(led));
            tellAll(new PeerMail.Reads(readers.jobs()));
            tellAll(new PeerMail.SitesHere(whereabouts.sitesOf(self)));
            tellAll(new PeerMail.DelaysHere(jobs.delays()));
        }
    }

    @Override
    public void areKept(SortedMap<JobId, SortedMap<SiteId, Bytes>> processes) {
        whereabouts.areKept(processes);
    }

    @Override
    public Map<String, String> names() {
        return membership.names();
    }

    @Override
    public boolean isQuorate() {
        return quorum.isThere();
    }

    private List<String> others() {
        return membership.names().keySet().stream().filter(id -> !id.equals(self)).toList();
    }

    private void tellAll(PeerMail.Told mail) {
        others().forEach(member -> bus.tell(member, mail));
    }

    private void tell(String member, PeerMail.Told mail) {
        bus.tell(member, mail);
    }

    @Override
    public void close() {
        bus.close();
        membership.close();
        LOG.info("event=clusterLeft");
    }
}
