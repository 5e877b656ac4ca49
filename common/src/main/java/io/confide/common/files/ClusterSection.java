package io.confide.common.files;

import io.confide.common.files.CoordinatorConfig.Cluster;
import io.confide.common.files.CoordinatorConfig.Finding;
import io.confide.common.files.CoordinatorConfig.Listed;
import io.confide.common.files.CoordinatorConfig.Listener;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The part {@code cluster:} of {@code coordinator.yaml}. */
final class ClusterSection {
    private static final Pattern SEED = Pattern.compile("[A-Za-z0-9.-]{1,253}:[0-9]{1,5}");
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127[.][0-9.]+|::1");
    private static final Set<String> ANY = Set.of("0.0.0.0", "::");
    static final int MEMBERS_MAX = 16;
    private static final Listener FINDING = new Listener("127.0.0.1", 5701);
    private static final Listener TALKING = new Listener("127.0.0.1", 5801);

    private ClusterSection() {}

    /**
     * @param name of the coordinator, which is the member's where it has none of its own
     * @param store JDBC URL
     */
    static Optional<Cluster> read(Section in, String name, String store) {
        boolean enabled = in.value("enabled").map(Value::truth).orElse(in.isPresent());
        String member = in.value("member").map(v -> v.text(Form.HOST)).orElse(name);
        var listener = CoordinatorFile.listener(in, "listen", FINDING);
        var bus = CoordinatorFile.listener(in, "bus", TALKING);
        boolean trusted = in.value("trustedNetwork").map(Value::truth).orElse(false);
        var listed = in.values("members");
        var seeds = seeds(listed);
        var kubernetes = KubernetesSection.read(in.section("kubernetes"));
        int members = kubernetes.map(Finding::members).orElse(listed.size());
        int least = in.whole("least", Bounds.between(1, MEMBERS_MAX), Math.max(1, members / 2 + 1));
        if (enabled) {
            checkFinding(in, listed.size());
            if (members > 0 && members <= MEMBERS_MAX && least > members) {
                in.problem("least", "is more than the %d members there are.".formatted(members));
            }
            checkStore(in, store);
            checkAddresses(in, listener, bus, trusted);
        }
        in.end();
        Finding finding = kubernetes.orElseGet(() -> new Listed(List.copyOf(seeds)));
        return enabled
                ? Optional.of(new Cluster(member, listener, bus, finding, least))
                : Optional.empty();
    }

    private static Set<String> seeds(List<Value> listed) {
        var seeds = new LinkedHashSet<String>();
        for (var value : listed) {
            String seed = value.text(Form.ANY);
            if (!SEED.matcher(seed).matches()) {
                value.problem(
                        "must look like 10.0.0.1:5701, where a member of the cluster listens.");
            } else if (!seeds.add(seed)) {
                value.problem("stands there twice.");
            }
        }
        return seeds;
    }

    private static void checkFinding(Section in, int listed) {
        if (in.has("kubernetes")) {
            if (in.has("members")) {
                in.problem(
                        "kubernetes",
                        "cannot stand beside members. Keep members where addresses stay the same,"
                                + " or kubernetes where pods get new ones.");
            }
        } else if (listed == 0 || listed > MEMBERS_MAX) {
            in.problem(
                    "members",
                    "must list where each of the 1 to %d members listens, this one too; in Kubernetes write kubernetes: in its place."
                            .formatted(MEMBERS_MAX));
        }
    }

    private static void checkStore(Section in, String store) {
        if (store.startsWith("jdbc:sqlite:")) {
            in.problem(
                    "enabled",
                    "needs a database that all members reach. Write a jdbc:postgresql: address in"
                            + " store.url.");
        }
    }

    private static void checkAddresses(
            Section in, Listener listener, Listener bus, boolean trusted) {
        if (!trusted && !isLoopback(listener.address())) {
            in.problem(
                    "listen",
                    "is not a loopback address, and members find each other without encryption."
                            + " Connect the hosts by a network of their own (WireGuard, a private"
                            + " subnet) and write trustedNetwork: true.");
        }
        requireOwn(in, "listen", listener);
        requireOwn(in, "bus", bus);
        if (in.has("kubernetes") && listener.port() == 0) {
            in.problem(
                    "listen",
                    "has port 0, any free one, where the others cannot look for it. Write the same"
                            + " port in all members, e.g. 5701.");
        }
    }

    /** The other members are told this address. */
    private static void requireOwn(Section in, String key, Listener listener) {
        if (ANY.contains(listener.address())) {
            in.problem(
                    key,
                    "has address %s, under which no other member can reach this one. Write this machine's own, in Kubernetes the pod's."
                            .formatted(listener.address()));
        }
    }

    private static boolean isLoopback(String address) {
        return LOOPBACK.matcher(address).matches();
    }
}
