package io.confide.coordinator.http;

import io.confide.common.model.SiteId;
import io.confide.common.wire.CoordinatorBody;
import io.confide.common.wire.WireLimits;
import io.confide.coordinator.pki.TlsIdentity;
import io.confide.coordinator.port.Enrolments;
import io.confide.coordinator.port.InputStaging;
import io.confide.coordinator.port.JobDesk;
import io.confide.coordinator.port.OpenRounds;
import io.confide.coordinator.port.SiteGateway;
import io.confide.coordinator.port.SiteInbox;
import io.confide.coordinator.telemetry.Metrics;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.ServerWebSocketHandshake;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.security.cert.Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * The port of the sites (8443): TLS 1.3 with required mutual authentication. Control messages come
 * over one WebSocket per site at {@code /v1/control}, vectors and models over HTTP/2 requests.
 *
 * <p>Construct it first, give it to whoever needs a {@link SiteGateway}, then {@link #start} it with
 * the ports. {@link #send} before the start or after the close drops the body.
 */
public final class SitesServer implements SiteGateway, AutoCloseable {
    public static final String CONTROL_PATH = "/v1/control";
    private static final Logger LOG = LoggerFactory.getLogger(SitesServer.class);
    private static final long TICK_MILLIS = 1000;

    private final Vertx vertx;
    private final Settings settings;
    private final TlsIdentity tls;
    private final InstantSource clock;
    private final Metrics metrics;
    private final Listener listener;
    private volatile @Nullable Running running;

    /**
     * @param tls the server's identity; its trust decides which client certificates are let in
     */
    public SitesServer(
            Vertx vertx, Settings settings, TlsIdentity tls, InstantSource clock, Metrics metrics) {
        this.vertx = vertx;
        this.settings = settings;
        this.tls = tls;
        this.clock = clock;
        this.metrics = metrics;
        this.listener = new Listener(vertx, settings.address());
    }

    /**
     * @param uploadsMax chunks that are in memory at once, 4 MiB each; more are told to come again
     */
    public record Settings(Address address, Liveness liveness, int uploadsMax) {
        /** Port 8443 and the usual times: a dead peer is noticed within 15 s. */
        public static Settings of(Address address) {
            return new Settings(address, new Liveness(5, 15, 10), 32);
        }
    }

    /**
     * When a peer counts as dead; a tick is one second.
     *
     * @param pingEveryTicks how often it is pinged
     * @param silentTicks how long it may say nothing, not even an answer to a ping
     * @param greetingTicks how long it may take to greet
     */
    public record Liveness(int pingEveryTicks, int silentTicks, int greetingTicks) {}

    /** Whom the server asks and tells. All but the inbox are called on worker threads. */
    public record Ports(
            SiteInbox inbox,
            OpenRounds rounds,
            InputStaging staging,
            JobDesk desk,
            Enrolments enrolments) {}

    /** Starts listening; blocks until it does. Throws ConfideException(PORT_IN_USE) if it cannot. */
    public void start(Ports ports) {
        var options =
                Listener.tls(tls)
                        .setClientAuth(ClientAuth.REQUIRED)
                        .setMaxWebSocketFrameSize(WireLimits.FRAME_BYTES_MAX)
                        .setMaxWebSocketMessageSize(WireLimits.FRAME_BYTES_MAX)
                        .setPerMessageWebSocketCompressionSupported(false)
                        .setPerFrameWebSocketCompressionSupported(false)
                        .setWebSocketClosingTimeout(2);
        listener.start(options, (server, context) -> routes(server, context, ports));
    }

    @Override
    public void send(SiteId site, CoordinatorBody body) {
        var now = running;
        if (now != null) {
            // Always through the queue, so that bodies keep the order in which they were sent.
            now.context().runOnContext(_ -> now.control().send(site, body));
        }
    }

    @Override
    public Set<SiteId> connected() {
        var now = running;
        return now == null ? Set.of() : now.control().connected();
    }

    /** Returns the port that is listened on, also if 0 was asked for. */
    public int port() {
        return listener.port();
    }

    @Override
    public void close() {
        var was = running;
        running = null;
        if (was != null) {
            was.control().stop();
        }
        listener.close();
    }

    private void routes(HttpServer server, Context context, Ports ports) {
        var certificates = new SiteCertificates(ports.enrolments());
        var control = new ControlPlane(settings.liveness(), ports.inbox(), clock, metrics);
        var data = new DataPlane(vertx, ports, certificates, settings.uploadsMax(), metrics);
        running = new Running(context, control);
        server.webSocketHandshakeHandler(handshake -> handshake(handshake, certificates, control));
        server.requestHandler(data.router());
        // Belongs to the context of the server and ends with it.
        vertx.setPeriodic(TICK_MILLIS, _ -> control.tick());
    }

    private void handshake(
            ServerWebSocketHandshake handshake,
            SiteCertificates certificates,
            ControlPlane control) {
        if (!CONTROL_PATH.equals(handshake.path())) {
            handshake.reject(404);
            return;
        }
        var chain = chain(handshake);
        vertx.executeBlocking(() -> certificates.site(chain), false)
                .onSuccess(site -> decide(handshake, site, control))
                .onFailure(
                        failure -> {
                            LOG.error("event=handshakeFailed", failure);
                            handshake.reject(503);
                        });
    }

    private void decide(
            ServerWebSocketHandshake handshake, Optional<SiteId> site, ControlPlane control) {
        if (site.isEmpty()) {
            metrics.greeted(Metrics.Greeted.REFUSED);
            LOG.warn("event=siteRefused reason=certificateNotCurrent");
            handshake.reject(403);
            return;
        }
        handshake
                .accept()
                .onSuccess(socket -> control.opened(site.get(), socket))
                .onFailure(failure -> LOG.debug("event=handshakeAborted", failure));
    }

    private static List<Certificate> chain(ServerWebSocketHandshake handshake) {
        try {
            return handshake.peerCertificates();
        } catch (SSLPeerUnverifiedException e) {
            return List.of();
        }
    }

    private record Running(Context context, ControlPlane control) {}
}
