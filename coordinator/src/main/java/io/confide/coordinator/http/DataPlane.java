package io.confide.coordinator.http;

import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.coordinator.port.InputStaging;
import io.confide.coordinator.telemetry.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

import java.security.cert.Certificate;
import java.util.List;
import java.util.OptionalLong;

import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * Vectors up and models down, in idempotent requests.
 *
 * <pre>
 * PUT /v1/jobs/{job}/rounds/{r}/inputs/chunks/{i}  x-confide-sha256: hex of the body   204
 * GET /v1/jobs/{job}/rounds/{r}/inputs/have        bit i % 8 of byte i / 8 = chunk i    200
 * GET /v1/models/{hash}                            Range, ETag                          200, 206, 304, 416
 * </pre>
 *
 * <p>A chunk has exactly {@link InputStaging#CHUNK_BYTES}, the last one what is left. Which site it
 * is comes from the client certificate.
 */
final class DataPlane {
    static final String HASH_HEADER = "x-confide-sha256";
    private static final int BUSY = 503;

    private final Vertx vertx;
    private final SitesServer.Ports ports;
    private final SiteCertificates certificates;
    private final Metrics metrics;
    private final UploadSlots slots;

    DataPlane(
            Vertx vertx,
            SitesServer.Ports ports,
            SiteCertificates certificates,
            int uploadsMax,
            Metrics metrics) {
        this.vertx = vertx;
        this.ports = ports;
        this.certificates = certificates;
        this.slots = new UploadSlots(uploadsMax);
        this.metrics = metrics;
    }

    Router router() {
        var router = Router.router(vertx);
        router.put("/v1/jobs/:job/rounds/:round/inputs/chunks/:chunk").handler(this::putChunk);
        router.get("/v1/jobs/:job/rounds/:round/inputs/have").handler(this::have);
        router.get("/v1/models/:hash").handler(this::model);
        router.route()
                .failureHandler(
                        context -> {
                            var failure = context.failure();
                            fail(context, failure == null ? notFound() : failure);
                        });
        router.errorHandler(404, context -> fail(context, notFound()));
        router.errorHandler(405, context -> fail(context, notFound()));
        return router;
    }

    /** Who asks for what comes first: only a site of the round's cohort can hold a slot. */
    private void putChunk(RoutingContext context) {
        var body = BoundedBody.paused(vertx, context.request());
        var chain = chain(context);
        vertx.executeBlocking(() -> expected(context, chain), false)
                .compose(upload -> receive(body, upload))
                .onComplete(
                        result -> {
                            if (result.succeeded()) {
                                metrics.chunk(Metrics.Chunk.STORED, result.result());
                                context.response().setStatusCode(204).end();
                            } else {
                                refuse(context, result.cause());
                                body.discard();
                            }
                        });
    }

    private void refuse(RoutingContext context, Throwable failure) {
        if (failure instanceof Refused refused && refused.problem().status() == BUSY) {
            metrics.chunk(Metrics.Chunk.BUSY, 0);
            context.response().putHeader("retry-after", "1");
        } else {
            metrics.chunk(Metrics.Chunk.REFUSED, 0);
        }
        fail(context, failure);
    }

    /** What the coming body must be; asked before a byte of it is read. */
    private Upload expected(RoutingContext context, List<Certificate> chain) {
        var site = site(chain);
        var job = job(context);
        long round = number(context, "round", Long.MAX_VALUE);
        int chunk = (int) number(context, "chunk", Integer.MAX_VALUE);
        String header = context.request().getHeader(HASH_HEADER);
        if (header == null) {
            throw new ConfideException(
                    ErrorCode.BAD_ARGUMENT,
                    "the header %s with the SHA-256 of the chunk is missing"
                            .formatted(HASH_HEADER));
        }
        var hash = digest(header);
        long length = chunkBytes(ports.rounds().vectorBytes(job, round, site), chunk);
        return new Upload(site, job, round, chunk, hash, (int) length);
    }

    private Future<Integer> receive(BoundedBody body, Upload upload) {
        if (!slots.take(upload.site())) {
            return Future.failedFuture(
                    new Refused(
                            new Problem(
                                    BUSY,
                                    ErrorCode.DATA_UNAVAILABLE,
                                    "Busy",
                                    "too many uploads run at once; send the chunk again in a"
                                            + " second")));
        }
        Future<Integer> stored =
                body.read(InputStaging.CHUNK_BYTES)
                        .compose(
                                content ->
                                        vertx.executeBlocking(() -> store(upload, content), false));
        stored.onComplete(_ -> slots.giveBack(upload.site()));
        return stored;
    }

    private int store(Upload upload, Buffer body) {
        if (body.length() != upload.length()) {
            throw new ConfideException(
                    ErrorCode.BAD_ARGUMENT,
                    "chunk %d has %d bytes, not %d"
                            .formatted(upload.chunk(), body.length(), upload.length()));
        }
        var content = Bytes.wrap(body.getBytes());
        if (!Digest.of(content).equals(upload.hash())) {
            throw new ConfideException(
                    ErrorCode.CHECKSUM_MISMATCH,
                    "chunk %d does not have the SHA-256 of its header; send it again"
                            .formatted(upload.chunk()));
        }
        ports.staging().store(upload.job(), upload.round(), upload.site(), upload.chunk(), content);
        return content.length();
    }

    private void have(RoutingContext context) {
        var chain = chain(context);
        vertx.executeBlocking(
                        () -> {
                            var site = site(chain);
                            var job = job(context);
                            long round = number(context, "round", Long.MAX_VALUE);
                            chunkBytes(ports.rounds().vectorBytes(job, round, site), 0);
                            return ports.staging().have(job, round, site).toByteArray();
                        },
                        false)
                .onSuccess(
                        bits ->
                                context.response()
                                        .putHeader("content-type", "application/octet-stream")
                                        .putHeader("cache-control", "no-store")
                                        .end(Buffer.buffer(bits)))
                .onFailure(failure -> fail(context, failure));
    }

    private void model(RoutingContext context) {
        var chain = chain(context);
        vertx.executeBlocking(
                        () -> {
                            site(chain);
                            var hash = digest(part(context, "hash"));
                            return ports.desk()
                                    .modelState(hash)
                                    .map(bytes -> new ModelBody(hash, bytes))
                                    .orElseThrow(
                                            () ->
                                                    new Refused(
                                                            Problem.notFound(
                                                                    "there is no model with this"
                                                                            + " hash")));
                        },
                        false)
                .compose(body -> body.send(context.request()))
                .onFailure(failure -> fail(context, failure));
    }

    private SiteId site(List<Certificate> chain) {
        return certificates
                .site(chain)
                .orElseThrow(
                        () ->
                                new ConfideException(
                                        ErrorCode.DENIED,
                                        "this certificate is not the one the site enrolled with"
                                                + " last; enrol the site again"));
    }

    private static long chunkBytes(OptionalLong vectorBytes, int chunk) {
        long size =
                vectorBytes.orElseThrow(
                        () ->
                                new ConfideException(
                                        ErrorCode.CONFLICT,
                                        "this round takes no input from this site now"));
        long from = (long) chunk * InputStaging.CHUNK_BYTES;
        if (from >= size) {
            throw new ConfideException(
                    ErrorCode.BAD_ARGUMENT,
                    "a vector of %d bytes has no chunk %d".formatted(size, chunk));
        }
        return Math.min(InputStaging.CHUNK_BYTES, size - from);
    }

    private static JobId job(RoutingContext context) {
        try {
            return JobId.of(part(context, "job"));
        } catch (IllegalArgumentException e) {
            throw new ConfideException(
                    ErrorCode.BAD_ARGUMENT, "the address does not name a job id", e);
        }
    }

    private static Digest digest(String hex) {
        try {
            return Digest.ofHex(hex);
        } catch (IllegalArgumentException e) {
            throw new ConfideException(
                    ErrorCode.BAD_ARGUMENT, "a SHA-256 is written as 64 hexadecimal digits", e);
        }
    }

    private static long number(RoutingContext context, String name, long max) {
        try {
            long value = Long.parseLong(part(context, name));
            if (value >= 0 && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Refused below like a number that is out of bounds.
        }
        throw new ConfideException(
                ErrorCode.BAD_ARGUMENT, "the %s in the address is not a number".formatted(name));
    }

    private static String part(RoutingContext context, String name) {
        return String.valueOf(context.pathParam(name));
    }

    private static List<Certificate> chain(RoutingContext context) {
        try {
            return context.request().connection().peerCertificates();
        } catch (SSLPeerUnverifiedException e) {
            return List.of();
        }
    }

    private static Refused notFound() {
        return new Refused(Problem.notFound("there is nothing at this address"));
    }

    private static void fail(RoutingContext context, Throwable failure) {
        if (!context.response().closed()) {
            Problem.of(failure).send(context.request());
        }
    }

    private record Upload(SiteId site, JobId job, long round, int chunk, Digest hash, int length) {}
}
