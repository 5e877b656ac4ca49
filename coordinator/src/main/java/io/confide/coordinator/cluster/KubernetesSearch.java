package io.confide.coordinator.cluster;

import com.hazelcast.config.properties.PropertyDefinition;
import com.hazelcast.kubernetes.HazelcastKubernetesDiscoveryStrategyFactory;
import com.hazelcast.logging.ILogger;
import com.hazelcast.logging.Slf4jFactory;
import com.hazelcast.spi.discovery.DiscoveryNode;
import com.hazelcast.spi.discovery.DiscoveryStrategy;
import com.hazelcast.spi.discovery.DiscoveryStrategyFactory;

import io.confide.common.files.CoordinatorConfig.Finding;
import io.confide.common.files.CoordinatorConfig.Listed;
import io.confide.common.files.CoordinatorConfig.ServiceApi;
import io.confide.common.files.CoordinatorConfig.ServiceDns;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Asks Kubernetes where the members are, by Hazelcast's own discovery. What it answers are addresses to try and nothing else:
 * who is a member is asked of whoever answers there.
 *
 * <p>Around Hazelcast's there is what that lacks: an API that is away is waited for at the start and missed by nobody later
 * (the addresses of before are tried meanwhile); a token that was renewed is used wherever its file lies; and after a failure
 * it begins anew, since Hazelcast's, which once could not reach the API, would ask for what roles no longer permit.
 */
final class KubernetesSearch implements DiscoveryStrategy {
    private static final Logger LOG = LoggerFactory.getLogger(KubernetesSearch.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int PAUSES_UNTOLD = 30;
    private static final int REASON_MAX = 200;
    private static final int DNS_SECONDS_MAX = 5;

    private final Finding finding;
    private final int port;
    private final DiscoveryStrategyFactory hazelcasts =
            new HazelcastKubernetesDiscoveryStrategyFactory();
    private Optional<Asking> asking = Optional.empty();
    private List<DiscoveryNode> last = List.of();
    private boolean failing;

    /** Hazelcast's own, and what it was made of. */
    private record Asking(DiscoveryStrategy strategy, Map<String, Comparable<?>> properties) {
        /** The token is among them. */
        @Override
        public String toString() {
            return "Asking[redacted]";
        }
    }

    /** @param port on which every member listens */
    private KubernetesSearch(Finding finding, int port) {
        this.finding = finding;
        this.port = port;
    }

    /** Nothing where members are listed. */
    static Optional<KubernetesSearch> of(Finding finding, int port) {
        return finding instanceof Listed
                ? Optional.empty()
                : Optional.of(new KubernetesSearch(finding, port));
    }

    /**
     * Returns when there is an address to try. Without one a member would begin a cluster of its own and look for the others
     * afterwards.
     *
     * @throws ConfideException UNREACHABLE after {@code bound}
     */
    void await(Duration bound) {
        long end = System.nanoTime() + bound.toNanos();
        for (int pauses = 0; ; pauses++) {
            var reason = ask();
            if (reason.isEmpty()) {
                return;
            }
            if (System.nanoTime() >= end) {
                throw unfound(reason.get(), bound);
            }
            if (pauses % PAUSES_UNTOLD == 0) {
                LOG.warn(
                        "event=membersSought waitsFor=\"{}\" reason=\"{}\"",
                        wanted(),
                        reason.get());
            }
            pause(reason.get(), bound);
        }
    }

    private void pause(String reason, Duration bound) {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unfound(reason, bound);
        }
    }

    private ConfideException unfound(String reason, Duration bound) {
        return new ConfideException(
                ErrorCode.UNREACHABLE,
                "No member of the cluster was found in %d s of waiting for %s (%s); see cluster.kubernetes in coordinator.yaml."
                        .formatted(bound.toSeconds(), wanted(), reason));
    }

    /** What this process waits for, to follow "waits for". */
    private String wanted() {
        return switch (finding) {
            case ServiceDns dns -> "the DNS to know addresses of " + dns.name();
            case ServiceApi api ->
                    "the Kubernetes API at %s to name pods of the service %s in %s"
                            .formatted(api.server(), api.service(), api.namespace());
            case Listed _ -> "nothing";
        };
    }

    /** Notes the addresses; returns why there are none. */
    private synchronized Optional<String> ask() {
        try {
            var found = new ArrayList<DiscoveryNode>();
            strategy().discoverNodes().forEach(found::add);
            if (!found.isEmpty()) {
                last = List.copyOf(found);
                return Optional.empty();
            }
            stopAsking();
            return Optional.of(
                    "it names none: does the service select the members, also those that are not"
                            + " ready, and may this pod's service account list endpointslices?");
        } catch (IOException | RuntimeException e) {
            stopAsking();
            return Optional.of(sentence(e));
        }
    }

    private DiscoveryStrategy strategy() throws IOException {
        var properties = properties();
        if (asking.filter(now -> now.properties().equals(properties)).isEmpty()) {
            stopAsking();
            var strategy =
                    hazelcasts.newDiscoveryStrategy(null, logger(), new HashMap<>(properties));
            strategy.start();
            asking = Optional.of(new Asking(strategy, properties));
        }
        return asking.orElseThrow().strategy();
    }

    private void stopAsking() {
        asking.ifPresent(now -> now.strategy().destroy());
        asking = Optional.empty();
    }

    private static ILogger logger() {
        return new Slf4jFactory().getLogger(KubernetesSearch.class.getName() + ".hazelcast");
    }

    /** Of the types that Hazelcast reads: it converts only what comes from a file of its own. */
    private Map<String, Comparable<?>> properties() throws IOException {
        return switch (finding) {
            case ServiceDns dns ->
                    Map.of(
                            "service-dns",
                            dns.name(),
                            "service-dns-timeout",
                            DNS_SECONDS_MAX,
                            "service-port",
                            port);
            case ServiceApi api ->
                    Map.of(
                            "namespace",
                            api.namespace(),
                            "service-name",
                            api.service(),
                            "service-port",
                            port,
                            "kubernetes-master",
                            api.server().toString(),
                            "api-token",
                            text(api.account().tokenFile()),
                            "ca-certificate",
                            text(api.account().caFile()),
                            // Pods become ready when there are enough members, which must find each
                            // other first.
                            "resolve-not-ready-addresses",
                            true,
                            // Else it asks for services and nodes as well.
                            "expose-externally",
                            false,
                            "kubernetes-api-retries",
                            0);
            case Listed _ -> Map.of();
        };
    }

    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new IOException("the file " + file + " cannot be read", e);
        }
    }

    private static String sentence(Exception e) {
        Throwable cause = e;
        while (!(cause instanceof IOException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String words = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
        String kind = cause.getClass().getSimpleName();
        return kind + ": " + words.substring(0, Math.min(words.length(), REASON_MAX));
    }

    /** Hazelcast asks at the start and whenever it looks for members that it lost. */
    @Override
    public Iterable<DiscoveryNode> discoverNodes() {
        var reason = ask();
        note(reason);
        synchronized (this) {
            return last;
        }
    }

    private synchronized void note(Optional<String> reason) {
        if (reason.isPresent() && !failing) {
            LOG.warn(
                    "event=membersNotListed waitsFor=\"{}\" reason=\"{}\"; those of before are"
                            + " tried",
                    wanted(),
                    reason.get());
        } else if (reason.isEmpty() && failing) {
            LOG.info("event=membersListed");
        }
        failing = reason.isPresent();
    }

    @Override
    public void start() {
        // The first question begins it.
    }

    @Override
    public synchronized void destroy() {
        stopAsking();
    }

    @Override
    public Map<String, String> discoverLocalMetadata() {
        return Map.of();
    }

    /** Hands this search to Hazelcast. */
    DiscoveryStrategyFactory factory() {
        return new Factory(this);
    }

    private record Factory(KubernetesSearch search) implements DiscoveryStrategyFactory {
        @Override
        public Class<? extends DiscoveryStrategy> getDiscoveryStrategyType() {
            return KubernetesSearch.class;
        }

        @Override
        @SuppressWarnings("rawtypes") // as Hazelcast has it
        public DiscoveryStrategy newDiscoveryStrategy(
                DiscoveryNode node, ILogger logger, Map<String, Comparable> properties) {
            return search;
        }

        @Override
        public Collection<PropertyDefinition> getConfigurationProperties() {
            return List.of();
        }
    }
}
