package io.confide.coordinator.driver;

import io.confide.coordinator.port.JobDesk.Subscription;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.Views.EventView;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The history of one job for people. Kept events are numbered, durable, and shown once they are. Passing ones (who has
 * uploaded, signed, revealed) are shown at once under the number of the last kept event, so that a reader who resumes
 * from there misses no kept one. Those of the newest round are told again to whoever comes later, and their times are kept
 * with the end of the round.
 */
final class EventFeed {
    private static final Logger LOG = LoggerFactory.getLogger(EventFeed.class);

    private final InstantSource clock;
    private final List<Consumer<EventView>> listeners = new CopyOnWriteArrayList<>();
    private final RoundSteps steps = new RoundSteps();
    private long numbered;
    private long shown;

    /** @param last number of the newest event that is kept already */
    EventFeed(InstantSource clock, long last) {
        this.clock = clock;
        this.numbered = last;
        this.shown = last;
    }

    /** A round that was opened at {@code opened} goes on after a restart; what passed in it before is not known any more. */
    void roundGoesOn(Instant opened) {
        steps.opened(opened);
    }

    /** Numbers an event and gives it to {@code journal}; it is shown after its commit. */
    void keep(Journal journal, String kind, Map<String, Object> data) {
        var event = new EventView(++numbered, clock.instant(), kind, withSteps(kind, data));
        if (kind.equals("roundOpened")) {
            steps.opened(event.time());
        }
        journal.note(new LogEntry.EventShown(event));
        journal.reveal(
                () -> {
                    shown = event.sequence();
                    show(event);
                });
    }

    private Map<String, Object> withSteps(String kind, Map<String, Object> data) {
        return switch (kind) {
            case "roundDone", "roundFailed" -> {
                var more = new HashMap<>(data);
                more.put("steps", steps.millis());
                yield more;
            }
            default -> data;
        };
    }

    /** Shows an event of the newest round now; only its time is kept. */
    void pass(String kind, Map<String, Object> data) {
        var event = new EventView(shown, clock.instant(), kind, data);
        steps.passed(event);
        show(event);
    }

    /** Shows the next event although it could not be kept, so that no reader waits for it; returns it. */
    EventView showUnkept(String kind, Map<String, Object> data) {
        var event = new EventView(++numbered, clock.instant(), kind, data);
        show(event);
        return event;
    }

    Subscription subscribe(Consumer<EventView> listener) {
        listeners.add(listener);
        // After it listens: what passes meanwhile may come twice, but not get lost.
        steps.passed().forEach(listener);
        return () -> listeners.remove(listener);
    }

    private void show(EventView event) {
        for (var listener : listeners) {
            try {
                listener.accept(event);
            } catch (RuntimeException e) {
                LOG.warn("event=listener-failed kind={}", event.kind(), e);
            }
        }
    }
}
