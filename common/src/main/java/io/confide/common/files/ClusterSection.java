package io.confide.common.files;

import io.confide.common.files.CoordinatorConfig.Cluster;
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
    private static final int MEMBERS_MAX = 16;
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
        int least =
                in.whole(
                        "least",
                        Bounds.between(1, MEMBERS_MAX),
                        Math.max(1, listed.size() / 2 + 1));
        if (enabled) {
            check(in, listed.size(), least, store);
            if (!trusted && !isLoopback(listener.address())) {
                in.problem(
                        "listen",
                        "is not a loopback address, and members find each other without encryption."
                            + " Connect the hosts by a network of their own (WireGuard, a private"
                            + " subnet) and write trustedNetwork: true.");
            }
        }
        in.end();
        return enabled
                ? Optional.of(new Cluster(member, listener, bus, List.copyOf(seeds), least))
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

    private static void check(Section in, int listed, int least, String store) {
        if (listed == 0 || listed > MEMBERS_MAX) {
            in.problem(
                    "members",
                    "must list where each of the 1 to %d members listens, this one too."
                            .formatted(MEMBERS_MAX));
        } else if (least > listed) {
            in.problem("least", "is more than the %d members that are listed.".formatted(listed));
        }
        if (store.startsWith("jdbc:sqlite:")) {
            in.problem(
                    "enabled",
                    "needs a database that all members reach. Write a jdbc:postgresql: address in"
                            + " store.url.");
        }
    }

    private static boolean isLoopback(String address) {
        return LOOPBACK.matcher(address).matches();
    }
}
