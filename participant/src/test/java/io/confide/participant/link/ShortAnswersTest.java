package io.confide.participant.link;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.participant.TestAuthority;
import io.vertx.core.Vertx;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** An answer may be whole before the thread that asked runs again; it is heard all the same. */
class ShortAnswersTest {
    private static final int REQUESTS = 8_000;

    /**
     * One request at a time, so that its answer comes at once: some overtake their thread. A body that passed unheard would cost that
     * a minute. Without the order that {@link DataPlane} keeps, every run of this test saw at least one.
     */
    @Test
    void noneIsLostHoweverLateItsThreadListens(@TempDir Path directory) throws Exception {
        var authority = new TestAuthority();
        byte[] model = {1, 2, 3, 4, 5};
        var vertx = Vertx.vertx();
        authority.writeIdentity(directory.resolve("site"), "tls");
        try (var server = new TestServer(authority, directory.resolve("server"));
                var thread = Executors.newSingleThreadExecutor()) {
            server.model = model;
            var plane = plane(directory.resolve("site"), server, vertx);
            var all =
                    thread.submit(
                            () -> {
                                for (int i = 0; i < REQUESTS; i++) {
                                    var hash = Digest.of(model);
                                    var fetched = plane.fetchModel(hash, model.length, 30_000);
                                    assertEquals(Bytes.wrap(model), fetched);
                                }
                                return REQUESTS;
                            });
            try {
                assertEquals(REQUESTS, all.get(50, TimeUnit.SECONDS));
            } finally {
                thread.shutdownNow();
            }
        } finally {
            vertx.close().await();
        }
    }

    private static DataPlane plane(Path identity, TestServer server, Vertx vertx) {
        var address = URI.create("https://localhost:" + server.port());
        var endpoint =
                new Endpoint(
                        List.of(address),
                        identity.resolve("tls.key"),
                        identity.resolve("tls.crt"),
                        identity.resolve("authority.crt"));
        return new DataPlane(endpoint, address, vertx);
    }
}
