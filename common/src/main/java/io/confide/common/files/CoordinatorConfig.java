package io.confide.common.files;

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
 */
public record CoordinatorConfig(
        String name,
        Listener sites,
        Listener people,
        Listener management,
        String store,
        Path dataDir,
        Optional<Path> roster,
        Path users) {
    /** @param port 0 means any free port */
    public record Listener(String address, int port) {}
}
