package io.confide.cli.remote;

import com.fasterxml.jackson.databind.JsonNode;

import io.confide.cli.JsonText;

import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Optional;
import java.util.stream.Stream;

/** A job's events as they arrive (Server-Sent Events). Not for use by several threads. */
public final class EventStream implements AutoCloseable {
    /**
     * One event.
     *
     * @param sequence its number in the job's history; ask for later ones with it after a lost connection
     * @param kind e.g. {@code roundDone}
     */
    public record Event(long sequence, String kind, JsonNode data) {}

    private final Stream<String> body;
    private final Iterator<String> lines;

    EventStream(Stream<String> body) {
        this.body = body;
        this.lines = body.iterator();
    }

    /** Waits for the next event; empty when the coordinator or the network ended the stream. */
    public Optional<Event> next() {
        long sequence = 0;
        String kind = "";
        var data = new StringBuilder();
        try {
            while (lines.hasNext()) {
                var line = lines.next();
                if (line.isEmpty()) {
                    if (!data.isEmpty()) {
                        return Optional.of(event(sequence, kind, data.toString()));
                    }
                } else if (line.startsWith("id:")) {
                    sequence = Long.parseLong(value(line));
                } else if (line.startsWith("event:")) {
                    kind = value(line);
                } else if (line.startsWith("data:")) {
                    data.append(value(line));
                }
            }
        } catch (UncheckedIOException _) {
            return Optional
                    .empty(); // the connection was lost; the caller resumes from the last number
        }
        return Optional.empty();
    }

    private static Event event(long sequence, String kind, String data) {
        return new Event(sequence, kind, JsonText.parse(data, "an event of the coordinator"));
    }

    private static String value(String line) {
        return line.substring(line.indexOf(':') + 1).strip();
    }

    @Override
    public void close() {
        body.close();
    }
}
