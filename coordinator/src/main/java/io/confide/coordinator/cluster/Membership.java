package io.confide.coordinator.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipAdapter;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.config.ClassFilter;
import com.hazelcast.config.Config;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.MemberAttributeConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;

import io.confide.common.files.CoordinatorConfig.Cluster;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Who is in the cluster, as Hazelcast sees it. Nothing is kept in Hazelcast but what the event bus registers there. */
final class Membership implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
    private static final String NAME = "name";
    private static final String SEAL = "seal";

    /** Where Vert.x's cluster manager looks for the name of its node. */
    private static final String NODE = "__vertx.nodeId";

    private static final String MERGE_SECONDS = "5";

    private final HazelcastInstance hazelcast;
    private final String seal;

    private Membership(HazelcastInstance hazelcast, String seal) {
        this.hazelcast = hazelcast;
        this.seal = seal;
    }

    /** Hears of changes, on a thread of Hazelcast's. */
    interface Listener {
        void joined();

        /** @param name under which it took leases */
        void left(String member, String name);
    }

    /**
     * Joins the cluster.
     *
     * @param seal the same for all members of one coordinator: it stands for their identity key and authority
     * @param process a new one for each process
     * @throws ConfideException CONFLICT if a member has this one's name, or is of another coordinator; PORT_IN_USE
     */
    static Membership join(Cluster settings, String seal, UUID process) {
        HazelcastInstance hazelcast;
        try {
            hazelcast = Hazelcast.newHazelcastInstance(config(settings, seal, process));
        } catch (RuntimeException e) {
            throw new ConfideException(
                    ErrorCode.PORT_IN_USE,
                    "The cluster cannot be joined at %s:%d: is the port in use, or the address not this machine's? (%s)"
                            .formatted(
                                    settings.listener().address(),
                                    settings.listener().port(),
                                    e.getMessage()),
                    e);
        }
        var membership = new Membership(hazelcast, seal);
        boolean accepted = false;
        try {
            membership.requireUniqueName(settings.member());
            membership.requireSameCoordinator(seal);
            accepted = true;
            return membership;
        } finally {
            if (!accepted) {
                membership.close();
            }
        }
    }

    private static Config config(Cluster settings, String seal, UUID process) {
        var config = new Config().setClusterName("confide");
        config.setProperty("hazelcast.logging.type", "slf4j")
                .setProperty("hazelcast.phone.home.enabled", "false")
                .setProperty("hazelcast.shutdownhook.enabled", "false")
                .setProperty("hazelcast.socket.bind.any", "false")
                .setProperty("hazelcast.heartbeat.interval.seconds", "1")
                .setProperty("hazelcast.max.no.heartbeat.seconds", "5")
                .setProperty("hazelcast.wait.seconds.before.join", "0")
                // A member that hung, or could not be reached, looks for the others again: after
                // minutes, by default.
                .setProperty("hazelcast.merge.first.run.delay.seconds", MERGE_SECONDS)
                .setProperty("hazelcast.merge.next.run.delay.seconds", MERGE_SECONDS);
        config.getMetricsConfig().setEnabled(false);
        config.getJetConfig().setEnabled(false);
        config.setMemberAttributeConfig(
                new MemberAttributeConfig()
                        .setAttribute(NAME, settings.member())
                        .setAttribute(SEAL, seal)
                        .setAttribute(NODE, process.toString()));
        var network = config.getNetworkConfig();
        network.setPort(settings.listener().port()).setPortAutoIncrement(false);
        network.getInterfaces().setEnabled(true).addInterface(settings.listener().address());
        var join = network.getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(true);
        settings.seeds().forEach(join.getTcpIpConfig()::addMember);
        // Whoever reaches the port is trusted to be a member, but not to make objects of any class.
        var allowed =
                new ClassFilter()
                        .addPrefixes("java.lang.", "java.util.", "com.hazelcast.", "io.vertx.");
        config.getSerializationConfig()
                .setJavaSerializationFilterConfig(
                        new JavaSerializationFilterConfig().setWhitelist(allowed));
        return config;
    }

    private void requireUniqueName(String name) {
        long same =
                hazelcast.getCluster().getMembers().stream()
                        .filter(member -> name.equals(member.getAttribute(NAME)))
                        .count();
        if (same > 1) {
            throw new ConfideException(
                    ErrorCode.CONFLICT,
                    "Another member of the cluster is called %s; give each a name of its own in cluster.member."
                            .formatted(name));
        }
    }

    private void requireSameCoordinator(String seal) {
        for (var member : hazelcast.getCluster().getMembers()) {
            if (!seal.equals(member.getAttribute(SEAL))) {
                throw new ConfideException(
                        ErrorCode.CONFLICT,
                        "The member %s of the cluster has another identity key or authority; copy identity/, authority/, admin.token, session.key, users.yaml and roster.json of the first member's home to this one."
                                .formatted(member.getAttribute(NAME)));
            }
        }
    }

    HazelcastInstance hazelcast() {
        return hazelcast;
    }

    /** What this process is called by the event bus and the other members, also after it was parted from them and came back. */
    String self() {
        return id(hazelcast.getCluster().getLocalMember());
    }

    /** The members, this one too, with the names of their leases. */
    Map<String, String> names() {
        var names = new TreeMap<String, String>();
        hazelcast.getCluster().getMembers().stream()
                .filter(this::isOurs)
                .forEach(member -> names.put(id(member), name(member)));
        return names;
    }

    int size() {
        return names().size();
    }

    /** A process of another coordinator is turned away by itself; until then it counts for nothing. */
    private boolean isOurs(Member member) {
        return seal.equals(member.getAttribute(SEAL));
    }

    void listen(Listener listener) {
        hazelcast
                .getCluster()
                .addMembershipListener(
                        new MembershipAdapter() {
                            @Override
                            public void memberAdded(MembershipEvent event) {
                                LOG.info("event=memberJoined member={}", name(event.getMember()));
                                listener.joined();
                            }

                            @Override
                            public void memberRemoved(MembershipEvent event) {
                                if (!isOurs(event.getMember())) {
                                    return;
                                }
                                LOG.warn("event=memberLeft member={}", name(event.getMember()));
                                listener.left(id(event.getMember()), name(event.getMember()));
                            }
                        });
    }

    /** Not the number that Hazelcast gives: a member that was parted from the others comes back under another. */
    private static String id(Member member) {
        return String.valueOf(member.getAttribute(NODE));
    }

    private static String name(Member member) {
        return String.valueOf(member.getAttribute(NAME));
    }

    @Override
    public void close() {
        hazelcast.getLifecycleService().terminate();
    }
}
