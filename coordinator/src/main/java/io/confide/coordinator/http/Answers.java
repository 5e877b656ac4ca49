package io.confide.coordinator.http;

import static io.vertx.ext.web.openapi.router.RouterBuilder.KEY_META_DATA_VALIDATED_REQUEST;

import static java.util.Objects.requireNonNull;

import io.confide.common.governance.Action;
import io.confide.common.governance.Target;
import io.confide.common.governance.Verdict;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.coordinator.port.Decisions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.openapi.validation.ValidatedRequest;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/** How requests of the contract are read and answered. */
final class Answers {
    private final Vertx vertx;
    private final Decisions decisions;

    /** A thread of its own: what is ordered on the shared ones would make the checks of all requests wait. */
    private final WorkerExecutor single;

    Answers(Vertx vertx, Decisions decisions) {
        this.vertx = vertx;
        this.decisions = decisions;
        this.single = vertx.createSharedWorkerExecutor("confide-one-at-a-time", 1);
    }

    /** Lets {@code handler} have what whoever asks may do; anything else is refused with every reason, and on record. */
    void permitted(
            RoutingContext request, Action action, Target target, Handler<RoutingContext> handler) {
        var actor = Gate.actor(request);
        switch (decisions.decide(actor, action, target)) {
            case Verdict.Permit _ -> handler.handle(request);
            case Verdict.Deny _ ->
                    of(
                            request,
                            () -> {
                                decisions.require(actor, action, target);
                                return request;
                            },
                            handler::handle);
        }
    }

    /** Runs {@code work} on a worker and gives its result to {@code then} on the event loop. */
    <T> void of(RoutingContext request, Callable<T> work, Consumer<T> then) {
        answer(request, vertx.executeBlocking(work, false), then);
    }

    /** The same for work that takes much memory: never two of it at once, whoever asks, and nobody else waits for it. */
    <T> void inTurn(RoutingContext request, Callable<T> work, Consumer<T> then) {
        answer(request, single.executeBlocking(work, false), then);
    }

    /** If {@code then} throws, the request fails; otherwise nobody would answer it. */
    private static <T> void answer(RoutingContext request, Future<T> done, Consumer<T> then) {
        done.map(
                        result -> {
                            then.accept(result);
                            return result;
                        })
                .onFailure(request::fail);
    }

    static ValidatedRequest validated(RoutingContext request) {
        ValidatedRequest validated = request.get(KEY_META_DATA_VALIDATED_REQUEST);
        return requireNonNull(validated, "the contract's router validates every request");
    }

    static JsonObject body(RoutingContext request) {
        return requireNonNull(validated(request).getBody().getJsonObject(), "a body is required");
    }

    /** A parameter of the query, as the contract has checked it. */
    static Optional<String> query(RoutingContext request, String name) {
        var value = validated(request).getQuery().get(name);
        return value == null || value.isEmpty()
                ? Optional.empty()
                : Optional.of(String.valueOf(value.get()));
    }

    /** A number in the query, from 0 on. */
    static OptionalLong number(RoutingContext request, String name) {
        return query(request, name).stream().mapToLong(Answers::number).findFirst();
    }

    /** A number in the query that the contract keeps small. */
    static OptionalInt whole(RoutingContext request, String name) {
        return query(request, name).stream().mapToInt(Integer::parseInt).findFirst();
    }

    /** Reads a whole number from 0 on. */
    static long number(String text) {
        try {
            long value = Long.parseLong(text);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Refused below like a negative one.
        }
        throw new ConfideException(
                ErrorCode.BAD_ARGUMENT, "the number of the last event is not a number from 0 on");
    }

    /** Answers with {@code body}, or, where the one who asks says that it has the same already, without (RFC 9110, 13.1.2). */
    static void ifChanged(RoutingContext request, Buffer body) {
        String tag = "\"" + Digest.of(body.getBytes()).hex() + "\"";
        request.response().putHeader("etag", tag);
        if (tag.equals(request.request().getHeader("if-none-match"))) {
            request.response().setStatusCode(304).end();
        } else {
            send(request, 200, body);
        }
    }

    static void json(RoutingContext request, int status, JsonObject body) {
        send(request, status, body.toBuffer());
    }

    static void send(RoutingContext request, int status, Buffer body) {
        request.response()
                .setStatusCode(status)
                .putHeader("content-type", "application/json")
                .end(body);
    }
}
