package io.confide.coordinator.http;

import io.confide.coordinator.port.JobDesk.Subscription;
import io.confide.coordinator.port.Views.EventView;
import io.vertx.core.http.HttpServerResponse;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjLongConsumer;

/**
 * One reader of a job's events (WHATWG HTML, 9.2). Confined to the event loop of its connection.
 *
 * <p>The desk gives the numbered history, and live both numbered events and passing ones, which carry
 * the number of the last numbered event and are not in the history. Numbered ones are written once, in
 * order, without gaps; passing ones as they come and without an id, so that a reader that resumes asks
 * for the right place.
 */
final class EventStream {
    static final String LAST_KIND = "ended";
    private static final int WAITING_MAX = 2000;
    private static final int KINDS_MAX = 256;
    private static final int STUCK_BEATS_MAX = 15;

    private final HttpServerResponse response;
    private final ObjLongConsumer<EventStream> readHistoryAfter;
    private final ArrayDeque<String> waiting = new ArrayDeque<>();
    private final ArrayDeque<EventView> early = new ArrayDeque<>();
    private final Map<Long, String> kinds =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Long, String> eldest) {
                    return size() > KINDS_MAX;
                }
            };
    private final Telling telling;
    private long last;
    private Object cohort = "";
    private int stuckBeats;
    private Stage stage = Stage.READING_HISTORY;
    private @Nullable Subscription subscription;

    /** Whether a cohort that is that of the round before is left out. */
    enum Telling {
        WORD_FOR_WORD,
        COHORTS_ONCE
    }

    private enum Stage {
        READING_HISTORY,
        LIVE,
        CLOSED
    }

    /**
     * @param after the number of the last event that the reader has
     * @param readHistoryAfter starts reading the history after a number, which ends in {@link #history}
     */
    EventStream(
            HttpServerResponse response,
            long after,
            Telling telling,
            ObjLongConsumer<EventStream> readHistoryAfter) {
        this.response = response;
        this.last = after;
        this.telling = telling;
        this.readHistoryAfter = readHistoryAfter;
        response.drainHandler(_ -> flush());
    }

    void subscribed(Subscription to) {
        if (stage == Stage.CLOSED) {
            to.close();
        } else {
            subscription = to;
        }
    }

    /** The history that was asked for; live events that came meanwhile follow it. */
    void history(List<EventView> events) {
        if (stage == Stage.CLOSED) {
            return;
        }
        stage = Stage.LIVE;
        long before = last;
        events.forEach(this::numbered);
        if (last == before && !early.isEmpty()) {
            // The history has nothing to fill the gap with, so there is none.
            last = Math.max(last, early.element().sequence() - 1);
        }
        while (stage == Stage.LIVE && !early.isEmpty()) {
            live(early.remove());
        }
        flush();
    }

    /** An event that has just happened. */
    void live(EventView event) {
        switch (stage) {
            case READING_HISTORY -> {
                early.add(event);
                limit(early.size());
            }
            case LIVE -> {
                // Not last + 1: a reader may claim to have the greatest number there is.
                if (event.sequence() - 1 > last) {
                    // Numbered events in between are in the history by now.
                    stage = Stage.READING_HISTORY;
                    early.addFirst(event);
                    readHistoryAfter.accept(this, last);
                } else if (event.sequence() == last + 1) {
                    numbered(event);
                } else if (!event.kind().equals(kinds.get(event.sequence()))) {
                    waiting.add(text(event));
                }
                flush();
                limit(waiting.size());
            }
            case CLOSED -> {}
        }
    }

    /** Every few seconds: keeps the connection open and notices a reader that does not read. */
    void beat() {
        if (stage == Stage.CLOSED) {
            return;
        }
        if (response.writeQueueFull()) {
            stuckBeats++;
            if (stuckBeats >= STUCK_BEATS_MAX) {
                cutOff();
            }
        } else {
            stuckBeats = 0;
            response.write(": \n\n");
        }
    }

    void close() {
        stage = Stage.CLOSED;
        waiting.clear();
        early.clear();
        var subscribed = subscription;
        subscription = null;
        if (subscribed != null) {
            subscribed.close();
        }
    }

    private void numbered(EventView event) {
        // After the last event the response has ended, whatever the history still holds.
        if (stage == Stage.CLOSED || event.sequence() <= last) {
            return;
        }
        last = event.sequence();
        kinds.put(last, event.kind());
        waiting.add("id: " + last + "\n" + text(told(event)));
        if (event.kind().equals(LAST_KIND)) {
            flush();
            waiting.forEach(response::write);
            close();
            response.end();
        }
    }

    private EventView told(EventView event) {
        var next = event.data().get("cohort");
        if (telling == Telling.WORD_FOR_WORD || !event.kind().equals("roundOpened")) {
            return event;
        }
        if (!cohort.equals(next)) {
            cohort = next == null ? "" : next;
            return event;
        }
        var shorter = new HashMap<>(event.data());
        shorter.remove("cohort");
        return new EventView(event.sequence(), event.time(), event.kind(), shorter);
    }

    private static String text(EventView event) {
        return "event: " + event.kind() + "\ndata: " + ViewJson.event(event).encode() + "\n\n";
    }

    private void flush() {
        while (stage != Stage.CLOSED && !waiting.isEmpty() && !response.writeQueueFull()) {
            response.write(waiting.remove());
        }
    }

    private void limit(int size) {
        if (size > WAITING_MAX) {
            cutOff();
        }
    }

    /** A reader that is too slow loses the connection, not events: it resumes from its last number. */
    void cutOff() {
        close();
        response.reset();
    }
}
