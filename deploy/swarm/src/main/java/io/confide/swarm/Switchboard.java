package io.confide.swarm;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.wire.CoordinatorBody;
import io.confide.common.wire.Frame;
import io.confide.common.wire.Received;
import io.confide.common.wire.ReliableSession;
import io.confide.common.wire.SessionFullException;
import io.confide.common.wire.SiteBody;
import io.confide.coordinator.port.SiteGateway;
import io.confide.coordinator.port.SiteInbox;

import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The sessions of one coordinator process, by the rules of its control plane, over simulated connections. */
final class Switchboard implements SiteGateway {
    private static final SortedSet<JobId> NOTHING = Collections.emptySortedSet();

    private final Coordinator process;
    private final SortedMap<SiteId, Session> sessions = new TreeMap<>();

    /** What is kept of a site between its connections. */
    private static final class Session {
        final Bytes bootId;
        final ReliableSession<CoordinatorBody, SiteBody> reliable = ReliableSession.ofCoordinator();
        Optional<Connection> connection = Optional.empty();

        Session(Bytes bootId) {
            this.bootId = bootId;
        }
    }

    Switchboard(Coordinator process) {
        this.process = process;
    }

    /** Whether there is still a process behind it. */
    boolean isThere() {
        return process.isAlive();
    }

    @Override
    public void send(SiteId site, CoordinatorBody body) {
        if (process.isAlive()) {
            for (var said : process.world().attacker().inPlaceOf(site, body)) {
                switch (said.origin()) {
                    case DRIVER -> process.world().watch().told(process, said.body());
                    case ATTACKER -> process.world().attacker().count(process.world().tally());
                }
                transmit(site, said.body());
            }
        }
    }

    private void transmit(SiteId site, CoordinatorBody body) {
        Optional.ofNullable(sessions.get(site))
                .filter(_ -> !process.world().bus().loses(Op.Way.DOWN, site, body))
                .ifPresent(session -> write(session, body));
    }

    private static void write(Session session, CoordinatorBody body) {
        try {
            var frame = session.reliable.send(body);
            session.connection.ifPresent(connection -> connection.down(frame));
        } catch (SessionFullException e) {
            throw new IllegalStateException("a world is too short for so many frames", e);
        }
    }

    @Override
    public Set<SiteId> connected() {
        var connected = new TreeSet<SiteId>();
        sessions.forEach(
                (site, session) -> {
                    if (session.connection.isPresent()) {
                        connected.add(site);
                    }
                });
        return connected;
    }

    void received(Connection connection, Frame<SiteBody> frame) {
        if (frame.body() instanceof SiteBody.Greeting greeting) {
            greet(connection, frame, greeting);
        } else {
            accept(connection, frame);
        }
        process.wake();
    }

    private void greet(Connection connection, Frame<SiteBody> frame, SiteBody.Greeting greeting) {
        var site = connection.site().id();
        var known = Optional.ofNullable(sessions.get(site));
        if (known.flatMap(session -> session.connection).filter(connection::equals).isPresent()) {
            // The same greeting once more.
            return;
        }
        known.flatMap(session -> session.connection).ifPresent(Connection::closedByBoard);
        var resumed =
                known.filter(session -> session.bootId.equals(greeting.bootId()))
                        .filter(
                                session ->
                                        !(session.reliable.receive(frame)
                                                instanceof Received.Broken<SiteBody> _));
        var session = resumed.orElseGet(() -> new Session(greeting.bootId()));
        session.connection = Optional.of(connection);
        sessions.put(site, session);
        var kind =
                resumed.isPresent() ? CoordinatorBody.Session.RESUMED : CoordinatorBody.Session.NEW;
        var goesOn =
                resumed.isPresent() ? NOTHING : process.inbox().goesOn(site, greeting.bootId());
        write(session, new CoordinatorBody.Welcome(process.clock().instant(), kind, goesOn));
        session.reliable.unacknowledged().forEach(connection::down);
        process.inbox()
                .connected(
                        site,
                        greeting,
                        resumed.isPresent() ? SiteInbox.Session.RESUMED : SiteInbox.Session.NEW);
    }

    private void accept(Connection connection, Frame<SiteBody> frame) {
        var site = connection.site().id();
        var session = Optional.ofNullable(sessions.get(site));
        if (session.flatMap(known -> known.connection).filter(connection::equals).isEmpty()) {
            return;
        }
        switch (session.orElseThrow().reliable.receive(frame)) {
            case Received.Deliver<SiteBody>(var body) -> heard(site, body);
            case Received.Duplicate<SiteBody>() -> {}
            case Received.Broken<SiteBody>(var reason) -> {
                process.world().trace().add("session of " + site + " is broken: " + reason);
                sessions.remove(site);
                connection.closedByBoard();
                process.inbox().lost(site);
            }
        }
    }

    private void heard(SiteId site, SiteBody body) {
        if (!process.world().bus().loses(Op.Way.UP, site, body)) {
            process.inbox().received(site, body);
        }
    }

    void closed(Connection connection) {
        var site = connection.site().id();
        if (!process.isAlive()) {
            return;
        }
        Optional.ofNullable(sessions.get(site))
                .filter(session -> session.connection.filter(connection::equals).isPresent())
                .ifPresent(
                        session -> {
                            session.connection = Optional.empty();
                            process.inbox().lost(site);
                            process.wake();
                        });
    }

    /** Breaks every connection; each end notices within {@code noticeMillis}. */
    void hangUp(int noticeMillis) {
        sessions.values()
                .forEach(session -> session.connection.ifPresent(c -> c.breaks(noticeMillis)));
    }
}
