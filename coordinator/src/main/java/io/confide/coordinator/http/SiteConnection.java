package io.confide.coordinator.http;

import io.confide.common.model.SiteId;
import io.confide.common.wire.CoordinatorBody;
import io.confide.common.wire.Frame;
import io.confide.common.wire.WireCodec;
import io.confide.coordinator.telemetry.Metrics;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One WebSocket of one site. Confined to the event loop of the control plane. */
final class SiteConnection {
    private static final Logger LOG = LoggerFactory.getLogger(SiteConnection.class);
    private static final int PENDING_BYTES_MAX = 64 << 20;
    private static final Buffer PING = Buffer.buffer("confide");

    private final SiteId site;
    private final ServerWebSocket socket;
    private final Metrics metrics;
    private int silentTicks;
    private int ticks;
    private long pendingBytes;
    private Stage stage = Stage.UNGREETED;

    SiteConnection(SiteId site, ServerWebSocket socket, Metrics metrics) {
        this.site = site;
        this.socket = socket;
        this.metrics = metrics;
    }

    /** How far the connection has come. */
    enum Stage {
        UNGREETED,
        GREETED,
        CLOSED
    }

    SiteId site() {
        return site;
    }

    Stage stage() {
        return stage;
    }

    void greeted() {
        stage = Stage.GREETED;
    }

    /** Something came from the site. */
    void heard() {
        silentTicks = 0;
    }

    /** Counts a tick of the clock and returns how many passed since anything was heard. */
    int tick(int pingEveryTicks) {
        ticks++;
        silentTicks++;
        if (stage == Stage.GREETED && ticks % pingEveryTicks == 0) {
            socket.writePing(PING);
        }
        return silentTicks;
    }

    void write(Frame<CoordinatorBody> frame) {
        if (stage == Stage.CLOSED) {
            return;
        }
        byte[] bytes = WireCodec.encodeCoordinator(frame);
        // What cannot leave piles up in memory; the session keeps it anyway, so the connection
        // goes.
        if (pendingBytes > 0 && pendingBytes + bytes.length > PENDING_BYTES_MAX) {
            close(CloseReason.SLOW);
            return;
        }
        pendingBytes += bytes.length;
        metrics.message(Metrics.Direction.SENT, bytes.length);
        socket.writeBinaryMessage(Buffer.buffer(bytes))
                .onComplete(_ -> pendingBytes -= bytes.length);
    }

    void close(CloseReason reason) {
        if (stage != Stage.CLOSED) {
            stage = Stage.CLOSED;
            LOG.info("event=siteConnectionClosed site={} reason={}", site, reason);
            socket.close(reason.code(), reason.name());
        }
    }

    /** The socket is gone by itself. */
    void gone() {
        stage = Stage.CLOSED;
    }
}
