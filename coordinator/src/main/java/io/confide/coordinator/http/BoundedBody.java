package io.confide.coordinator.http;

import io.confide.common.model.ErrorCode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;

/** The body of a request that is read later, never beyond a limit and never for longer than a minute. */
final class BoundedBody {
    private static final long READ_MILLIS_MAX = 60_000;

    private final HttpServerRequest request;
    private final Promise<Buffer> promise = Promise.promise();
    private final Buffer body = Buffer.buffer();

    private BoundedBody(HttpServerRequest request) {
        this.request = request;
    }

    /** Pauses {@code request}; from now on a lost connection is noticed. */
    static BoundedBody paused(Vertx vertx, HttpServerRequest request) {
        var bounded = new BoundedBody(request);
        request.pause();
        request.exceptionHandler(bounded.promise::tryFail);
        request.response().closeHandler(_ -> bounded.promise.tryFail("the connection was closed"));
        long timer = vertx.setTimer(READ_MILLIS_MAX, _ -> bounded.promise.tryFail(tooSlow()));
        bounded.promise.future().onComplete(_ -> vertx.cancelTimer(timer));
        return bounded;
    }

    /** Returns the body; fails with a 413 problem as soon as it is longer than {@code bytesMax}. */
    Future<Buffer> read(int bytesMax) {
        if (!promise.future().isComplete()) {
            request.handler(part -> append(part, bytesMax));
            request.endHandler(_ -> promise.tryComplete(body));
            request.resume();
        }
        return promise.future();
    }

    /** Lets go of what has not been read, so that the connection can be used again. */
    void discard() {
        promise.tryFail("not needed");
        if (!request.isEnded()) {
            request.handler(_ -> {});
            request.resume();
        }
    }

    private void append(Buffer part, int bytesMax) {
        if (promise.future().isComplete()) {
            return;
        }
        if (body.length() + part.length() > bytesMax) {
            promise.tryFail(tooLarge(bytesMax));
        } else {
            body.appendBuffer(part);
        }
    }

    private static Refused tooLarge(int bytesMax) {
        return new Refused(
                new Problem(
                        413,
                        ErrorCode.BAD_ARGUMENT,
                        "Too large",
                        "the body has more than %d bytes".formatted(bytesMax)));
    }

    private static Refused tooSlow() {
        return new Refused(
                new Problem(
                        408,
                        ErrorCode.UNREACHABLE,
                        "Too slow",
                        "the body did not arrive within a minute; send it again"));
    }
}
