package io.confide.coordinator.http;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.handler.HttpException;
import io.vertx.openapi.validation.ValidatorException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An error as RFC 9457 document.
 *
 * @param code the stable number of the {@link ErrorCode}
 * @param detail one sentence for a person
 */
record Problem(int status, ErrorCode code, String title, String detail) {
    static final String MEDIA_TYPE = "application/problem+json";
    private static final Logger LOG = LoggerFactory.getLogger(Problem.class);

    /** Returns the problem that {@code failure} is; what is not meant for people is logged, not shown. */
    static Problem of(Throwable failure) {
        return switch (failure) {
            case ConfideException e -> of(e);
            case Refused e -> e.problem();
            case HttpException e -> of(e);
            case ValidatorException e ->
                    bad("the request does not fit the contract: " + e.getMessage());
            default -> internal(failure);
        };
    }

    static Problem notFound(String detail) {
        return new Problem(404, ErrorCode.NOT_FOUND, "Not found", detail);
    }

    static Problem bad(String detail) {
        return new Problem(400, ErrorCode.BAD_ARGUMENT, "Bad request", detail);
    }

    JsonObject json(String instance) {
        return new JsonObject()
                .put("type", "urn:confide:error:" + code.number())
                .put("title", title)
                .put("status", status)
                .put("detail", detail)
                .put("instance", instance)
                .put("code", code.name());
    }

    /** Answers {@code request} with this problem; an answer that has begun already is cut off. */
    void send(HttpServerRequest request) {
        var response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.headWritten()) {
            response.reset();
            return;
        }
        response.setStatusCode(status)
                .putHeader("content-type", MEDIA_TYPE)
                .putHeader("cache-control", "no-store")
                .end(json(String.valueOf(request.path())).toBuffer());
    }

    private static Problem of(ConfideException e) {
        if (e.code().fault() == ErrorCode.Fault.INTERNAL) {
            return internal(e);
        }
        return new Problem(status(e.code()), e.code(), title(e.code()), sentence(e));
    }

    private static Problem of(HttpException e) {
        var cause = e.getCause();
        if (cause instanceof ConfideException
                || cause instanceof Refused
                || cause instanceof ValidatorException) {
            return of(cause);
        }
        return switch (e.getStatusCode()) {
            case 400 -> bad(e.getPayload() == null ? "the request cannot be read" : e.getPayload());
            case 401 ->
                    new Problem(
                            401,
                            ErrorCode.UNAUTHORISED,
                            "Unauthorised",
                            "a bearer token is needed");
            case 404 -> notFound("there is nothing at this address");
            case 405 ->
                    new Problem(
                            405,
                            ErrorCode.BAD_ARGUMENT,
                            "Method not allowed",
                            "this address does not take this method");
            case 413 ->
                    new Problem(
                            413,
                            ErrorCode.BAD_ARGUMENT,
                            "Too large",
                            "the request is larger than this address takes");
            case 415 ->
                    new Problem(
                            415,
                            ErrorCode.BAD_ARGUMENT,
                            "Unsupported media type",
                            "send application/json");
            default -> internal(e);
        };
    }

    private static Problem internal(Throwable failure) {
        LOG.error("event=unexpectedFailure", failure);
        return new Problem(
                500,
                ErrorCode.INTERNAL,
                "Internal error",
                "the coordinator failed unexpectedly; its log says more");
    }

    private static String sentence(ConfideException e) {
        return e.getMessage() == null ? e.code().name() : e.getMessage();
    }

    private static int status(ErrorCode code) {
        return switch (code) {
            case BAD_ARGUMENT -> 400;
            case UNAUTHORISED -> 401;
            case DENIED, TOKEN_UNKNOWN, AUTHORITY_MISMATCH, ROSTER_NOT_APPROVED -> 403;
            case NOT_FOUND -> 404;
            case CONFLICT, JOB_FAILED -> 409;
            case TOKEN_EXPIRED, TOKEN_USED -> 410;
            case TOO_OFTEN -> 429;
            case BAD_FILE,
                    FILE_MISSING,
                    UNKNOWN_COLUMN,
                    WRONG_TYPE,
                    EMPTY_DATASET,
                    CONSTANT_LABEL,
                    NOT_FINITE,
                    BAD_QUERY,
                    CHECKSUM_MISMATCH,
                    CLOCK_SKEW,
                    CERTIFICATE_EXPIRED,
                    PROTOCOL ->
                    422;
            case NOT_BUILT -> 501;
            case UNREACHABLE, DATA_UNAVAILABLE, PORT_IN_USE -> 503;
            case DISK_FULL -> 507;
            case INTERNAL -> 500;
        };
    }

    private static String title(ErrorCode code) {
        String words = code.name().replace('_', ' ').toLowerCase(java.util.Locale.ROOT);
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }
}
