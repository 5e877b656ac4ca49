package io.confide.coordinator.http;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.wire.CoordinatorBody;
import io.confide.common.wire.CoordinatorBody.Session;
import io.confide.common.wire.Frame;
import io.confide.common.wire.Received;
import io.confide.common.wire.SessionFullException;
import io.confide.common.wire.SiteBody;
import io.confide.common.wire.WireCodec;
import io.confide.common.wire.WireException;
import io.confide.common.wire.WireLimits;
import io.confide.coordinator.port.SiteInbox;
import io.confide.coordinator.telemetry.Metrics;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The sessions of all sites. Confined to one event loop, except {@link #connected()}.
 *
 * <p>A site has at most one session and at most one connection; a newer connection replaces the
 * older. The session survives the connection until the site's process is another one.
 */
final class ControlPlane {
    private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);

    private static final Duration CLOCK_SKEW_MAX = Duration.ofSeconds(60);
    private static final SortedSet<JobId> NOTHING = Collections.emptySortedSet();

    private final SitesServer.Liveness liveness;
    private final SiteInbox inbox;
    private final InstantSource clock;
    private final Metrics metrics;
    private final Map<SiteId, SiteSession> sessions = new HashMap<>();
    private final Set<SiteConnection> connections = new HashSet<>();
    private volatile boolean stopped;
    private final Set<SiteId> connected = ConcurrentHashMap.newKeySet();

    ControlPlane(
            SitesServer.Liveness liveness, SiteInbox inbox, InstantSource clock, Metrics metrics) {
        this.liveness = liveness;
        this.inbox = inbox;
        this.clock = clock;
        this.metrics = metrics;
    }

    Set<SiteId> connected() {
        return Set.copyOf(connected);
    }

    /** From now on the inbox is told nothing: that everybody is gone is the coordinator's own doing. */
    void stop() {
        stopped = true;
    }

    /** Takes over a new WebSocket of {@code site}. */
    void opened(SiteId site, ServerWebSocket socket) {
        var connection = new SiteConnection(site, socket, metrics);
        connections.add(connection);
        socket.binaryMessageHandler(message -> received(connection, message));
        socket.textMessageHandler(_ -> connection.close(CloseReason.BAD_MESSAGE));
        socket.pongHandler(_ -> connection.heard());
        socket.exceptionHandler(
                failure -> LOG.debug("event=siteConnectionFailed site={}", site, failure));
        socket.closeHandler(_ -> closed(connection));
    }

    void send(SiteId site, CoordinatorBody body) {
        var session = sessions.get(site);
        if (session == null) {
            return;
        }
        try {
            var frame = session.reliable.send(body);
            if (session.connection != null) {
                session.connection.write(frame);
            }
        } catch (SessionFullException e) {
            end(session, CloseReason.SESSION_FULL);
        }
    }

    /** Once a second: pings, acknowledgements that nothing else carried, and time-outs. */
    void tick() {
        for (var connection : Set.copyOf(connections)) {
            int silent = connection.tick(liveness.pingEveryTicks());
            if (connection.stage() == SiteConnection.Stage.UNGREETED
                    && silent > liveness.greetingTicks()) {
                connection.close(CloseReason.NO_GREETING);
                closed(connection);
            } else if (silent > liveness.silentTicks()) {
                connection.close(CloseReason.SILENT);
                // The peer may never answer the close; for the rounds it is gone now.
                closed(connection);
            }
        }
        for (var session : sessions.values()) {
            acknowledge(session, 1);
        }
    }

    private void received(SiteConnection connection, Buffer message) {
        if (connection.stage() == SiteConnection.Stage.CLOSED) {
            return;
        }
        connection.heard();
        metrics.message(Metrics.Direction.RECEIVED, message.length());
        try {
            var frame = WireCodec.decodeSite(message.getBytes());
            if (connection.stage() == SiteConnection.Stage.UNGREETED) {
                greet(connection, frame);
            } else {
                accept(connection, frame);
            }
        } catch (WireException e) {
            LOG.warn("event=badMessage site={} what=\"{}\"", connection.site(), e.getMessage());
            refuse(connection);
        } catch (RuntimeException e) {
            LOG.error("event=messageFailed site={}", connection.site(), e);
            refuse(connection);
        }
    }

    private void greet(SiteConnection connection, Frame<SiteBody> frame) {
        if (!(frame.body() instanceof SiteBody.Greeting greeting)) {
            metrics.greeted(Metrics.Greeted.REFUSED);
            connection.close(CloseReason.NO_GREETING);
            return;
        }
        var skew = Duration.between(clock.instant(), greeting.clock());
        if (skew.abs().compareTo(CLOCK_SKEW_MAX) > 0) {
            turnAway(connection, skew);
            return;
        }
        var known = sessions.get(connection.site());
        if (known != null && known.connection != null) {
            known.connection.close(CloseReason.REPLACED);
        }
        boolean resumed =
                known != null
                        && known.bootId.equals(greeting.bootId())
                        && !(known.reliable.receive(frame) instanceof Received.Broken<SiteBody> _);
        var session =
                resumed && known != null
                        ? known
                        : new SiteSession(connection.site(), greeting.bootId());
        session.connection = connection;
        sessions.put(connection.site(), session);
        connection.greeted();
        connected.add(connection.site());
        metrics.sitesConnected(connected.size());
        metrics.greeted(resumed ? Metrics.Greeted.RESUMED : Metrics.Greeted.NEW);
        var kind = resumed ? Session.RESUMED : Session.NEW;
        LOG.info("event=siteConnected site={} session={}", connection.site(), kind);
        welcome(session, kind, resumed ? NOTHING : inbox.goesOn(session.site, session.bootId));
        inbox.connected(
                connection.site(),
                greeting,
                resumed ? SiteInbox.Session.RESUMED : SiteInbox.Session.NEW);
    }

    /** Deadlines mean nothing to such a site. The Welcome tells it the right time, and it stops with a sentence. */
    private void turnAway(SiteConnection connection, Duration skew) {
        LOG.warn(
                "event=clockSkew site={} what=\"its clock is {} s {} this one's; both need NTP\"",
                connection.site(),
                skew.abs().toSeconds(),
                skew.isNegative() ? "behind" : "ahead of");
        metrics.greeted(Metrics.Greeted.REFUSED);
        var known = sessions.get(connection.site());
        if (known != null) {
            end(known, CloseReason.CLOCK_SKEW);
        }
        var session = new SiteSession(connection.site(), Bytes.EMPTY);
        session.connection = connection;
        welcome(session, Session.NEW, NOTHING);
        connection.close(CloseReason.CLOCK_SKEW);
        inbox.turnedAway(connection.site(), skew);
    }

    private void welcome(SiteSession session, Session kind, SortedSet<JobId> goesOn) {
        var connection = session.connection;
        if (connection == null) {
            return;
        }
        try {
            var welcome = new CoordinatorBody.Welcome(clock.instant(), kind, goesOn);
            connection.write(session.reliable.send(welcome));
        } catch (SessionFullException e) {
            throw new IllegalStateException("a Welcome is not numbered", e);
        }
        session.reliable.unacknowledged().forEach(connection::write);
    }

    private void accept(SiteConnection connection, Frame<SiteBody> frame) {
        var session = sessions.get(connection.site());
        if (session == null || session.connection != connection) {
            return;
        }
        switch (session.reliable.receive(frame)) {
            case Received.Deliver<SiteBody>(var body) -> deliver(connection, body);
            case Received.Duplicate<SiteBody>() -> {}
            case Received.Broken<SiteBody>(var reason) -> {
                LOG.warn("event=sessionBroken site={} what=\"{}\"", connection.site(), reason);
                refuse(connection);
                return;
            }
        }
        acknowledge(session, WireLimits.UNANSWERED_MAX);
    }

    private void deliver(SiteConnection connection, SiteBody body) {
        switch (body) {
            case SiteBody.Acknowledge() -> {}
            case SiteBody.Greeting _ -> refuse(connection);
            case SiteBody.PlanAnswer _,
                    SiteBody.Progress _,
                    SiteBody.Declined _,
                    SiteBody.Protocol _ ->
                    inbox.received(connection.site(), body);
        }
    }

    private static void acknowledge(SiteSession session, int unansweredMax) {
        if (session.connection == null || session.reliable.unanswered() < unansweredMax) {
            return;
        }
        try {
            session.connection.write(session.reliable.send(new CoordinatorBody.Acknowledge()));
        } catch (SessionFullException e) {
            throw new IllegalStateException("an Acknowledge is not numbered", e);
        }
    }

    /** A message that cannot be accepted would come again after a resume, so the session ends too. */
    private void refuse(SiteConnection connection) {
        var session = sessions.get(connection.site());
        if (session != null && session.connection == connection) {
            end(session, CloseReason.BAD_MESSAGE);
        } else {
            connection.close(CloseReason.BAD_MESSAGE);
        }
    }

    private void end(SiteSession session, CloseReason reason) {
        sessions.remove(session.site);
        var connection = session.connection;
        if (connection != null) {
            connection.close(reason);
            lost(session, connection);
        }
    }

    private void closed(SiteConnection connection) {
        connection.gone();
        connections.remove(connection);
        var session = sessions.get(connection.site());
        if (session != null && session.connection == connection) {
            lost(session, connection);
        }
    }

    private void lost(SiteSession session, SiteConnection connection) {
        session.connection = null;
        connections.remove(connection);
        connected.remove(session.site);
        metrics.sitesConnected(connected.size());
        LOG.info("event=siteLost site={}", session.site);
        if (!stopped) {
            inbox.lost(session.site);
        }
    }
}
