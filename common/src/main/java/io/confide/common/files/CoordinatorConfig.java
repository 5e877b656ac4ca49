package io.confide.common.files;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * {@code coordinator.yaml}.
 *
 * @param name host name in the certificates
 * @param sites mutual TLS, for participants
 * @param people REST and dashboard
 * @param management metrics and health
 * @param store JDBC URL; a relative SQLite path counts from the home
 * @param dataDir where staged inputs and models lie; a relative path counts from the home
 * @param jobs how many may run at the same time
 * @param roster the consortium's roster file, once there is one
 * @param users who may sign in at the page; a relative path counts from the home, and the file may be missing
 * @param signOn the institution's own sign-in, if people may come by it
 * @param cluster the other coordinator processes that do this work with it, if there are
 */
public record CoordinatorConfig(
        String name,
        Listener sites,
        Listener people,
        Listener management,
        String store,
        Path dataDir,
        JobLimits jobs,
        Optional<Path> roster,
        Path users,
        Optional<SignOn> signOn,
        Optional<Cluster> cluster) {
    /**
     * An OpenID Connect provider that says who somebody is. What that person may do is in the users file.
     *
     * @param issuer as the provider names itself, an https address
     * @param clientId under which this coordinator is registered there
     * @param clientSecretFile with the secret of the registration; none for a public client
     * @param claim of the ID token that the users file has as {@code identity}
     * @param trust certificates of the authorities that the provider's own may be of; Java's where absent
     */
    public record SignOn(
            URI issuer,
            String clientId,
            Optional<Path> clientSecretFile,
            String claim,
            Optional<Path> trust) {
        /** The claim that a provider never gives to another person (OpenID Connect Core 1.0, section 5.7). */
        public static final String SUBJECT = "sub";
    }

    /**
     * How many jobs may run at the same time; the others wait. A job counts from when it is offered to sites until it ends.
     *
     * @param atOnce of the whole coordinator
     * @param perStudy of one study
     * @param perSite at one site
     */
    public record JobLimits(int atOnce, int perStudy, int perSite) {
        /** A study leaves room for others at every site. */
        public static final JobLimits STANDARD = new JobLimits(16, 4, 8);
    }

    /** @param port 0 means any free port */
    public record Listener(String address, int port) {}

    /**
     * The members of a cluster share a database, an authority and the coordinator's identity key.
     *
     * @param member what this process is called in the cluster; no other member has the name
     * @param listener where members find each other; its traffic is not encrypted and holds no secret
     * @param bus where they talk, under mutual TLS
     * @param seeds {@code host:port} of the listeners of all members
     * @param least fewer than these members do nothing, so that of two halves that lose each other at most one goes on
     */
    public record Cluster(
            String member, Listener listener, Listener bus, List<String> seeds, int least) {
        public Cluster {
            seeds = List.copyOf(seeds);
        }
    }
}
