package io.confide.coordinator.driver;

import io.confide.common.model.SiteId;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.wire.CoordinatorBody;

import java.time.Duration;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Supplier;

/**
 * What the parts of one running job share.
 *
 * @param timers whose alarms come into this job's own mailbox
 */
record JobParts(
        JobFacts facts,
        Shell shell,
        Journal journal,
        EventFeed feed,
        ModelHistory models,
        SettledTasks settled,
        Processes processes,
        JobTimers timers) {
    /** The same, seen from the group number {@code place}. */
    JobParts inGroup(int place) {
        return new JobParts(
                facts.inGroup(place), shell, journal, feed, models, settled, processes, timers);
    }

    /** Sends {@code message} to {@code site} alone, as {@link #send}. */
    void send(SiteId site, CoordinatorMessage message) {
        var body = new CoordinatorBody.Protocol(message);
        journal.reveal(() -> shell.sites().send(site, body));
    }

    /** Sends {@code message} to all of {@code sites} once everything noted so far is durable. */
    void send(SortedSet<SiteId> sites, CoordinatorMessage message) {
        sendLater(sites, () -> Optional.of(message));
    }

    /** As {@link #send}, with a message that is made only then, if there still is one. */
    void sendLater(
            SortedSet<SiteId> sites,
            Supplier<? extends Optional<? extends CoordinatorMessage>> message) {
        journal.reveal(
                () ->
                        message.get()
                                .map(CoordinatorBody.Protocol::new)
                                .ifPresent(
                                        body ->
                                                sites.forEach(
                                                        site -> shell.sites().send(site, body))));
    }

    /** Brings {@code alarm} after {@code delay}; nobody cancels it. */
    void after(Duration delay, Mail.Alarm alarm) {
        timers.after(delay, alarm);
    }
}
