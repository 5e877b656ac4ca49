package io.confide.common.files;

import java.net.URI;
import java.nio.file.Path;
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
 * @param roster the consortium's roster file, once there is one
 * @param users who may sign in at the page; a relative path counts from the home, and the file may be missing
 * @param signOn the institution's own sign-in, if people may come by it
 */
public record CoordinatorConfig(
        String name,
        Listener sites,
        Listener people,
        Listener management,
        String store,
        Path dataDir,
        Optional<Path> roster,
        Path users,
        Optional<SignOn> signOn) {
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

    /** @param port 0 means any free port */
    public record Listener(String address, int port) {}
}
