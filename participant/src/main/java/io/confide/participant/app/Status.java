package io.confide.participant.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.confide.common.model.ConfideException;
import io.confide.participant.vault.Home;
import io.confide.participant.vault.HomeLock;
import io.confide.participant.vault.Identity;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a site's process is doing, read from its home by another process.
 *
 * @param coordinator the address that the process is connected to; while it is not, all that it may connect to, with commas
 * @param recentEvents the last verdicts and approvals, oldest first, one line each
 */
public record Status(
        State state,
        Optional<String> site,
        Optional<String> coordinator,
        Optional<Instant> since,
        List<DatasetLine> datasets,
        List<String> recentEvents) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int EVENTS_MAX = 10;

    public Status {
        datasets = List.copyOf(datasets);
        recentEvents = List.copyOf(recentEvents);
    }

    /** Where the site is. */
    public enum State {
        NOT_ENROLLED,
        STOPPED,
        STARTING,
        CONNECTED
    }

    /** @param rows 0 if the dataset has not been bound yet */
    public record DatasetLine(String name, String study, int rows) {}

    /** Reads the status of {@code home}. STARTING also means that the connection is away for now. */
    public static Status of(Path home) {
        var place = new Home(home);
        if (!Identity.exists(place)) {
            return new Status(
                    State.NOT_ENROLLED,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    List.of());
        }
        var card = Identity.open(place).card();
        var state = state(place);
        return new Status(
                state,
                Optional.of(card.site().value()),
                Optional.of(coordinator(place, card, state)),
                state == State.CONNECTED ? since(place) : Optional.empty(),
                datasets(place),
                events(place));
    }

    private static State state(Home home) {
        if (HomeLock.holder(home).isEmpty()) {
            return State.STOPPED;
        }
        return Files.exists(home.ready()) ? State.CONNECTED : State.STARTING;
    }

    private static String coordinator(Home home, Identity.Card card, State state) {
        return Optional.of(state)
                .filter(State.CONNECTED::equals)
                .flatMap(_ -> read(home.ready()))
                .map(json -> json.path("coordinator").asText())
                .filter(address -> !address.isEmpty())
                .orElseGet(() -> configured(home, card));
    }

    private static String configured(Home home, Identity.Card card) {
        try {
            return ParticipantProcess.configuration(home).coordinators().stream()
                    .map(URI::toString)
                    .collect(Collectors.joining(", "));
        } catch (ConfideException _) {
            // A file that cannot be read is the doctor's to explain.
            return card.coordinator().toString();
        }
    }

    private static Optional<Instant> since(Home home) {
        return read(home.ready()).map(json -> Instant.parse(json.path("since").asText()));
    }

    private static List<DatasetLine> datasets(Home home) {
        var lines = new ArrayList<DatasetLine>();
        read(home.state().resolve("datasets.json"))
                .ifPresent(
                        json ->
                                json.forEach(
                                        line ->
                                                lines.add(
                                                        new DatasetLine(
                                                                line.path("name").asText(),
                                                                line.path("study").asText(),
                                                                line.path("rows").asInt()))));
        return lines;
    }

    private static List<String> events(Home home) {
        if (!Files.exists(home.events())) {
            return List.of();
        }
        try {
            var lines = Files.readAllLines(home.events());
            return lines.stream()
                    .skip(Math.max(0, lines.size() - EVENTS_MAX))
                    .map(Status::event)
                    .toList();
        } catch (IOException _) {
            return List.of();
        }
    }

    private static String event(String line) {
        try {
            var event = JSON.readTree(line).path("event");
            var text =
                    new StringBuilder(event.path("time").asText())
                            .append("  ")
                            .append(event.path("action").asText())
                            .append("  ")
                            .append(event.path("target").asText());
            if (event.has("decision")) {
                text.append("  ").append(event.path("decision").asText());
            }
            event.path("reasons").forEach(reason -> text.append(" ").append(reason.asText()));
            return text.toString();
        } catch (IOException _) {
            return "(unreadable)";
        }
    }

    private static Optional<JsonNode> read(Path file) {
        try {
            return Files.exists(file)
                    ? Optional.of(JSON.readTree(Files.readAllBytes(file)))
                    : Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}
