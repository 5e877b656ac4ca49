package io.confide.coordinator.http;

import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.coordinator.port.JobDesk;
import io.confide.coordinator.port.Recent;
import io.confide.coordinator.port.Views.EventView;
import io.confide.coordinator.telemetry.Metrics;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** All readers of events. Confined to the event loop of the people's port. */
final class EventStreams {
    private static final int STREAMS_MAX = 512;

    /** One person, or all programs with the access token, leave room for others. */
    private static final int STREAMS_OF_ONE_MAX = 48;

    private final Vertx vertx;
    private final Context context;
    private final JobDesk desk;
    private final Metrics metrics;
    private final Map<EventStream, Reader> streams = new HashMap<>();

    EventStreams(Vertx vertx, Context context, JobDesk desk, Metrics metrics, long beatMillis) {
        this.vertx = vertx;
        this.context = context;
        this.desk = desk;
        this.metrics = metrics;
        vertx.setPeriodic(beatMillis, _ -> Map.copyOf(streams).forEach(EventStreams::beat));
    }

    /** What of the past somebody wants to read. */
    sealed interface History {
        /** The number of the last event that the reader has. */
        long after();

        /** Everything since. */
        record Whole(long after) implements History {}

        /** Without what nobody needs to see how a job stands. */
        record Recently(Recent which) implements History {
            @Override
            public long after() {
                return which.after();
            }
        }
    }

    /** Who reads, and whether that person still may. */
    private record Reader(String actor, BooleanSupplier allowed) {}

    private static void beat(EventStream stream, Reader reader) {
        if (reader.allowed().getAsBoolean()) {
            stream.beat();
        } else {
            stream.cutOff();
        }
    }

    /**
     * Answers with the {@code history} of {@code job} and what happens then, until one of both sides ends it.
     *
     * @param allowed asked now and then whether the reader may still read, e.g. has not signed out
     */
    void open(RoutingContext request, JobId job, History history, BooleanSupplier allowed) {
        var reader = new Reader(Gate.actor(request).id(), allowed);
        if (full(request, reader)) {
            return;
        }
        vertx.executeBlocking(() -> standing(job, history.after()), false)
                .onFailure(request::fail)
                .onSuccess(
                        standing -> {
                            switch (standing) {
                                case UNKNOWN ->
                                        request.fail(
                                                new Refused(
                                                        Problem.notFound(
                                                                "there is no job with this id")));
                                case OVER -> request.response().setStatusCode(204).end();
                                case OPEN -> stream(request, job, history, reader);
                            }
                        });
    }

    /** Refuses {@code request} if there are too many readers, or this person reads too much. */
    private boolean full(RoutingContext request, Reader reader) {
        long own =
                streams.values().stream()
                        .filter(other -> other.actor().equals(reader.actor()))
                        .count();
        if (streams.size() < STREAMS_MAX && own < STREAMS_OF_ONE_MAX) {
            return false;
        }
        request.response().putHeader("retry-after", "10");
        request.fail(
                new Refused(
                        new Problem(
                                503,
                                ErrorCode.DATA_UNAVAILABLE,
                                "Busy",
                                own < STREAMS_OF_ONE_MAX
                                        ? "too many people watch jobs now; try again in a few"
                                                + " seconds"
                                        : "you watch jobs in too many places; close one of"
                                                + " them")));
        return true;
    }

    private enum Standing {
        UNKNOWN,
        OVER,
        OPEN
    }

    private Standing standing(JobId job, long after) {
        var view = desk.job(job);
        if (view.isEmpty()) {
            return Standing.UNKNOWN;
        }
        boolean ended =
                switch (view.get().state()) {
                    case COMPLETED, FAILED, CANCELLED -> true;
                    case QUEUED, AWAITING_APPROVAL, KEY_SETUP, TRAINING, PAUSED -> false;
                };
        // Whoever has seen the last event must not wait for another.
        return ended && after > 0 && !desk.hasEvents(job, after) ? Standing.OVER : Standing.OPEN;
    }

    private void stream(RoutingContext request, JobId job, History history, Reader reader) {
        if (full(request, reader)) {
            // Others have begun to read since this one asked.
            return;
        }
        var response = request.response();
        response.setChunked(true)
                .putHeader("content-type", "text/event-stream; charset=utf-8")
                .putHeader("cache-control", "no-store")
                .putHeader("x-accel-buffering", "no");
        var stream =
                new EventStream(
                        response,
                        history.after(),
                        switch (history) {
                            case History.Whole _ -> EventStream.Telling.WORD_FOR_WORD;
                            case History.Recently _ -> EventStream.Telling.COHORTS_ONCE;
                        },
                        (self, from) -> readHistory(self, job, new History.Whole(from)));
        streams.put(stream, reader);
        metrics.eventStreams(streams.size());
        request.addEndHandler(_ -> closed(stream));
        response.write(": job " + job + "\n\n");
        vertx.executeBlocking(
                        () ->
                                desk.subscribe(
                                        job,
                                        event -> context.runOnContext(_ -> stream.live(event))),
                        false)
                .onFailure(_ -> response.reset())
                .onSuccess(
                        subscription -> {
                            stream.subscribed(subscription);
                            // Only now: nothing can happen between the history and the first live
                            // event.
                            readHistory(stream, job, history);
                        });
    }

    private void readHistory(EventStream stream, JobId job, History history) {
        vertx.<List<EventView>>executeBlocking(
                        () ->
                                switch (history) {
                                    case History.Whole(long after) -> desk.events(job, after);
                                    case History.Recently(var which) -> desk.recent(job, which);
                                },
                        false)
                .onSuccess(stream::history)
                .onFailure(_ -> stream.cutOff());
    }

    private void closed(EventStream stream) {
        stream.close();
        streams.remove(stream);
        metrics.eventStreams(streams.size());
    }
}
