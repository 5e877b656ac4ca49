package io.confide.participant.link;

import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.vector.StoredVector;
import io.confide.common.wire.CoordinatorBody;
import io.confide.common.wire.Frame;
import io.confide.common.wire.Received;
import io.confide.common.wire.SessionFullException;
import io.confide.common.wire.SiteBody;
import io.confide.common.wire.WireCodec;
import io.confide.common.wire.WireException;
import io.confide.common.wire.WireLimits;
import io.confide.participant.port.CoordinatorLink;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import java.net.URI;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The control connection: one WebSocket over mutual TLS 1.3, opened again whenever it is lost: first where it was, then at the
 * coordinator's other addresses, then with growing, jittered pauses. All state lives on one event loop.
 */
public final class VertxLink implements CoordinatorLink {
    private static final Logger LOG = LoggerFactory.getLogger(VertxLink.class);
    private static final long KEEP_ALIVE_MILLIS = 5_000;
    private static final long SILENCE_MILLIS_MAX = 15_000;
    private static final long ACKNOWLEDGE_MILLIS = 1_000;

    private final Endpoint endpoint;
    private final Supplier<SiteBody.Greeting> greeting;
    private final InstantSource clock;
    private final LinkLoop loop;
    // Vert.x closes a client that is no longer referenced, so it lives in a field.
    private final WebSocketClient client;
    private final DataPlane dataPlane;
    private final Backoff backoff;
    private final Addresses addresses;

    private final MemberSession session = new MemberSession();
    private @Nullable Inbox inbox;
    private @Nullable WebSocket socket;
    private boolean welcomed;
    private boolean closed;
    private long lastHeardMillis;

    /**
     * A link that is not open yet.
     *
     * @param greeting what this process says first on every connection; always the same boot id
     */
    public VertxLink(
            Endpoint endpoint,
            Supplier<SiteBody.Greeting> greeting,
            InstantSource clock,
            RandomGenerator jitter) {
        // First what may fail: a Vert.x that nobody closes would keep the process alive.
        this(endpoint, endpoint.webSocketOptions(), LinkLoop::own, greeting, clock, jitter);
    }

    /** As above, on a loop that {@code at} makes. */
    VertxLink(
            Endpoint endpoint,
            WebSocketClientOptions options,
            Supplier<LinkLoop> at,
            Supplier<SiteBody.Greeting> greeting,
            InstantSource clock,
            RandomGenerator jitter) {
        this.endpoint = endpoint;
        this.greeting = greeting;
        this.clock = clock;
        this.loop = at.get();
        this.client = loop.vertx().createWebSocketClient(options);
        this.addresses = new Addresses(endpoint.coordinators(), jitter);
        this.dataPlane = new DataPlane(endpoint, addresses.present(), loop.vertx());
        this.backoff = new Backoff(jitter);
    }

    @Override
    public void open(Inbox receiver) {
        loop.run(
                () -> {
                    inbox = receiver;
                    loop.every(KEEP_ALIVE_MILLIS, this::keepAlive);
                    loop.every(ACKNOWLEDGE_MILLIS, () -> acknowledge(1));
                    connect();
                });
    }

    @Override
    public void send(SiteBody body) {
        loop.run(() -> transmit(body));
    }

    @Override
    public Bytes fetchModel(Digest hash, long size, long deadlineMillis) {
        return dataPlane.fetchModel(hash, size, deadlineMillis);
    }

    @Override
    public void uploadInput(JobId job, long round, StoredVector vector, long deadlineMillis) {
        dataPlane.uploadInput(job, round, vector, deadlineMillis);
    }

    /** Returns the address that has answered last; until one has, the one that is tried first. Any thread. */
    public URI member() {
        return dataPlane.member();
    }

    @Override
    public void close() {
        loop.run(() -> closed = true);
        loop.close();
    }

    private void connect() {
        if (closed) {
            return;
        }
        var options =
                Endpoint.at(
                        addresses.present(), new WebSocketConnectOptions().setURI("/v1/control"));
        client.connect(options).onSuccess(this::connected).onFailure(this::notConnected);
    }

    private void connected(WebSocket opened) {
        if (closed) {
            opened.close();
            return;
        }
        socket = opened;
        welcomed = false;
        lastHeardMillis = clock.millis();
        opened.pongHandler(_ -> lastHeardMillis = clock.millis());
        opened.exceptionHandler(failure -> LOG.debug("event=linkError", failure));
        opened.closeHandler(_ -> disconnected(opened, opened.closeStatusCode()));
        opened.binaryMessageHandler(message -> heard(opened, message));
        if (opened.isClosed()) {
            // It ended before anybody listened, so nobody will be told.
            disconnected(opened, opened.closeStatusCode());
            return;
        }
        write(session.greeting(greeting.get(), addresses.present()));
    }

    private void heard(WebSocket from, Buffer message) {
        if (!from.equals(socket)) {
            return;
        }
        lastHeardMillis = clock.millis();
        try {
            var frame = WireCodec.decodeCoordinator(message.getBytes());
            if (frame.body() instanceof CoordinatorBody.Welcome welcome) {
                welcome(frame, welcome);
                return;
            }
            switch (session.present().receive(frame)) {
                case Received.Deliver<CoordinatorBody>(CoordinatorBody.Acknowledge _) -> {}
                case Received.Deliver<CoordinatorBody>(var body) -> deliver(body);
                case Received.Duplicate<CoordinatorBody> _ -> {}
                case Received.Broken<CoordinatorBody>(var reason) -> hangUp(reason);
            }
            acknowledge(WireLimits.UNANSWERED_MAX);
        } catch (WireException e) {
            hangUp(String.valueOf(e.getMessage()));
        }
    }

    private void welcome(Frame<CoordinatorBody> frame, CoordinatorBody.Welcome welcome) {
        var problem = session.welcomed(frame, welcome.session(), addresses.present());
        if (problem.isPresent()) {
            hangUp(problem.get());
            return;
        }
        welcomed = true;
        addresses.worked();
        backoff.reset();
        dataPlane.follow(addresses.present());
        LOG.info("event=connected member={} session={}", member(), welcome.session());
        Optional.ofNullable(inbox).ifPresent(receiver -> receiver.welcomed(welcome));
        session.present().unacknowledged().forEach(this::write);
    }

    private void deliver(CoordinatorBody body) {
        Optional.ofNullable(inbox).ifPresent(receiver -> receiver.received(body));
    }

    private void transmit(SiteBody body) {
        try {
            var frame = session.present().send(body);
            if (welcomed) {
                write(frame);
            }
        } catch (SessionFullException e) {
            LOG.error("event=sessionFull", e);
            hangUp("the session is full");
        }
    }

    private void write(Frame<SiteBody> frame) {
        if (socket != null) {
            socket.writeBinaryMessage(Buffer.buffer(WireCodec.encodeSite(frame)));
        }
    }

    private void acknowledge(int owedAtLeast) {
        if (welcomed && session.present().unanswered() >= owedAtLeast) {
            transmit(new SiteBody.Acknowledge());
        }
    }

    private void keepAlive() {
        if (socket == null || closed) {
            return;
        }
        if (clock.millis() - lastHeardMillis > SILENCE_MILLIS_MAX) {
            hangUp("nothing heard for " + SILENCE_MILLIS_MAX + " ms");
            return;
        }
        socket.writePing(Buffer.buffer("k"));
    }

    private void hangUp(String reason) {
        LOG.warn("event=hangUp reason=\"{}\"", reason);
        var gone = socket;
        if (gone != null) {
            gone.close();
            // Not when the other end agrees: a link that is silent may never hear of its own end.
            disconnected(gone, null);
        }
    }

    /** @param said with which the other end closed it, if that has done so */
    private void disconnected(WebSocket gone, @Nullable Short said) {
        if (!gone.equals(socket)) {
            return;
        }
        boolean answered = welcomed;
        socket = null;
        welcomed = false;
        if (closed) {
            return;
        }
        LOG.info("event=disconnected member={}", addresses.present());
        Optional.ofNullable(inbox).ifPresent(Inbox::lost);
        if (LinkEnd.isReplaced(said)) {
            // This process has one connection at a time: coming again would only throw the other
            // one out.
            end(LinkEnd.replaced());
        } else if (answered) {
            retry();
        } else {
            notConnected(new Outage.LostBeforeWelcomeException());
        }
    }

    private void end(ConfideException reason) {
        closed = true;
        Optional.ofNullable(inbox).ifPresent(receiver -> receiver.failed(reason));
    }

    private void notConnected(Throwable failure) {
        if (closed) {
            return;
        }
        var address = addresses.present();
        var lasting = LinkEnd.of(failure, endpoint, address, clock.instant());
        LOG.atLevel(lasting.isPresent() ? Level.WARN : Level.INFO)
                .log(
                        "event=notConnected address={} reason=\"{}\"",
                        address,
                        lasting.map(Throwable::getMessage).orElseGet(failure::getMessage));
        switch (addresses.failed(failure, lasting)) {
            case Addresses.Next.Another() -> connect();
            case Addresses.Next.Pause(var failures) -> {
                Optional.ofNullable(inbox)
                        .ifPresent(receiver -> receiver.unreachable(Outage.sentence(failures)));
                retry();
            }
            case Addresses.Next.End(var reason) -> end(reason);
        }
    }

    private void retry() {
        loop.after(backoff.nextMillis(), this::connect);
    }
}
