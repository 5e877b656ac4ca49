package io.confide.coordinator.http;

import io.confide.coordinator.pki.EnrolmentDesk;
import io.confide.coordinator.pki.TlsIdentity;
import io.confide.coordinator.port.Accounts;
import io.confide.coordinator.port.AuditLog;
import io.confide.coordinator.port.Decisions;
import io.confide.coordinator.port.IdentityProvider;
import io.confide.coordinator.port.JobDesk;
import io.confide.coordinator.telemetry.Metrics;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.HttpException;
import io.vertx.ext.web.openapi.router.RequestExtractor;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.openapi.contract.OpenAPIContract;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * The port of the people (8444): TLS 1.3, REST under {@code /api/v1} as the contract {@code
 * openapi/confide-v1.yaml} says, Server-Sent Events, and the page for a browser.
 */
public final class PeopleServer implements AutoCloseable {
    private static final String API = "/api/v1";
    private static final String REDEEM = API + "/enrolments/redeem";
    private static final String SESSION = API + "/session";
    private static final int BODY_BYTES_MAX = 1 << 20;

    /** What anybody may have kept in memory without having shown who asks: a certificate request fits. */
    private static final int STRANGER_BODY_BYTES_MAX = 16 << 10;

    private static final int IDLE_SECONDS = 60;
    private static final Map<String, String> HEADERS =
            Map.of(
                    "content-security-policy",
                    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
                            + " connect-src 'self'; base-uri 'none'; form-action 'none';"
                            + " frame-ancestors 'none'; require-trusted-types-for 'script';"
                            + " trusted-types lit-html",
                    "x-content-type-options",
                    "nosniff",
                    "referrer-policy",
                    "no-referrer",
                    "cross-origin-resource-policy",
                    "same-origin",
                    "cross-origin-opener-policy",
                    "same-origin",
                    "permissions-policy",
                    "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
                    "strict-transport-security",
                    "max-age=31536000");

    private final Vertx vertx;
    private final Settings settings;
    private final TlsIdentity tls;
    private final Desks desks;
    private final Sessions sessions;
    private final Metrics metrics;
    private final Listener listener;

    public PeopleServer(
            Vertx vertx,
            Settings settings,
            TlsIdentity tls,
            Desks desks,
            Sessions sessions,
            Metrics metrics) {
        this.vertx = vertx;
        this.settings = settings;
        this.tls = tls;
        this.desks = desks;
        this.sessions = sessions;
        this.metrics = metrics;
        this.listener = new Listener(vertx, settings.address());
    }

    /**
     * @param adminToken the access token of the administrator, at least 16 characters
     * @param sites where sites connect to, told to those that enrol, e.g. {@code
     *     https://coordinator.example:8443}
     * @param eventBeatMillis how often a comment keeps a stream of events open
     */
    public record Settings(Address address, String adminToken, URI sites, long eventBeatMillis) {
        /** Port 8444 with a beat every 2 s: whoever watches notices within seconds that nobody is there. */
        public static Settings of(Address address, String adminToken, URI sites) {
            return new Settings(address, adminToken, sites, 2_000);
        }

        /** Without the token. */
        @Override
        public String toString() {
            return "Settings[address=%s, sites=%s]".formatted(address, sites);
        }
    }

    /** Whom the server asks; on worker threads where they block. */
    public record Desks(
            JobDesk jobs,
            EnrolmentDesk enrolments,
            Accounts accounts,
            Decisions decisions,
            AuditLog log,
            Optional<IdentityProvider> signOn) {
        /** With the coordinator's own accounts alone. */
        public Desks(
                JobDesk jobs,
                EnrolmentDesk enrolments,
                Accounts accounts,
                Decisions decisions,
                AuditLog log) {
            this(jobs, enrolments, accounts, decisions, log, Optional.empty());
        }
    }

    /** Starts listening; blocks until it does. Throws ConfideException(PORT_IN_USE) if it cannot. */
    public void start() {
        var contract = Contract.load(vertx);
        HttpServerOptions options =
                Listener.tls(tls)
                        .setReadIdleTimeout(0)
                        .setIdleTimeout(IDLE_SECONDS)
                        .setIdleTimeoutUnit(TimeUnit.SECONDS)
                        .setMaxWebSocketFrameSize(1024)
                        .setMaxWebSocketMessageSize(1024);
        listener.start(options, (server, context) -> routes(server, context, contract));
    }

    /** Returns the port that is listened on, also if 0 was asked for. */
    public int port() {
        return listener.port();
    }

    /** How people reach this server: under the name that sites use, at its own port. */
    private URI here() {
        return URI.create("https://" + settings.sites().getHost() + ":" + port());
    }

    @Override
    public void close() {
        listener.close();
    }

    private void routes(HttpServer server, Context context, OpenAPIContract contract) {
        var router = Router.router(vertx);
        var token = new BearerToken(settings.adminToken());
        var readings = new SessionReadings(sessions, SessionReadings.Loop.of(vertx, context));
        readings.begin();
        var gate = new Gate(token, sessions, readings, desks.accounts());
        var signIn = new SignIn(vertx, token, gate, desks);
        router.route().handler(PeopleServer::secure);
        desks.signOn()
                .map(
                        provider ->
                                new SingleSignOn(
                                        vertx, provider, gate, desks, this::here, sessions::number))
                .ifPresent(signOn -> signOn.route(router));
        WebFiles.route(router);
        var shortBody = BodyHandler.create(false).setBodyLimit(STRANGER_BODY_BYTES_MAX);
        router.route(API + "/*")
                .handler(
                        request -> {
                            request.response().putHeader("cache-control", "no-store");
                            switch (request.normalizedPath()) {
                                // These two show a secret of their own, or have it forgotten.
                                case REDEEM, SESSION -> shortBody.handle(request);
                                default -> gate.check(request);
                            }
                        });
        router.route(API + "/*").subRouter(api(context, contract, gate, signIn));
        problems(router);
        server.requestHandler(router);
    }

    private Router api(Context context, OpenAPIContract contract, Gate gate, SignIn signIn) {
        var streams =
                new EventStreams(vertx, context, desks.jobs(), metrics, settings.eventBeatMillis());
        var answers = new Answers(vertx, desks.decisions());
        var operations =
                new HashMap<>(
                        new Operations(answers, desks, sessions.clock(), streams, gate).handlers());
        operations.putAll(new ModelOperations(answers, desks.jobs()).handlers());
        operations.putAll(new AccountOperations(answers, settings, desks, gate, signIn).handlers());
        var builder =
                RouterBuilder.create(vertx, contract, RequestExtractor.withBodyHandler())
                        .rootHandler(BodyHandler.create(false).setBodyLimit(BODY_BYTES_MAX));
        var missing = new TreeSet<String>();
        for (var route : builder.getRoutes()) {
            String id = route.getOperation().getOperationId();
            var handler = operations.get(id);
            if (handler == null) {
                missing.add(id);
                continue;
            }
            // Who is asking is checked before the contract's router is reached.
            route.setDoSecurity(false)
                    .addHandler(request -> timed(request, id))
                    .addHandler(handler)
                    .addFailureHandler(PeopleServer::problem);
        }
        if (!missing.isEmpty() || operations.size() != builder.getRoutes().size()) {
            throw new IllegalStateException(
                    "the contract and the operations differ: " + missing + operations.keySet());
        }
        var api = builder.createRouter();
        problems(api);
        return api;
    }

    private void timed(RoutingContext request, String operation) {
        long began = System.nanoTime();
        request.addEndHandler(
                _ ->
                        metrics.request(
                                operation,
                                request.response().getStatusCode(),
                                Duration.ofNanos(System.nanoTime() - began)));
        request.next();
    }

    private static void secure(RoutingContext request) {
        HEADERS.forEach(request.response()::putHeader);
        request.next();
    }

    private static void problems(Router router) {
        router.route().failureHandler(PeopleServer::problem);
        router.errorHandler(404, PeopleServer::problem);
        router.errorHandler(405, PeopleServer::problem);
        router.errorHandler(400, PeopleServer::problem);
        router.errorHandler(500, PeopleServer::problem);
    }

    private static void problem(RoutingContext request) {
        var failure = request.failure();
        var problem =
                failure == null
                        ? Problem.of(
                                new HttpException(
                                        request.statusCode() < 0 ? 404 : request.statusCode()))
                        : Problem.of(failure);
        problem.send(request.request());
    }
}
