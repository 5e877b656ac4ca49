package io.confide.cli.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.confide.cli.JsonText;
import io.confide.cli.Terminal;
import io.confide.cli.remote.EventStream.Event;
import io.confide.cli.watch.JobPicture.SiteLine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Shows a job while it runs: one repainted page on a terminal, otherwise a line for everything that matters. */
public final class WatchView implements JobFollower.Listener {
    private static final long REPAINT_NANOS = 100_000_000;

    private final Terminal terminal;
    private final String title;
    private final Form form;
    private String printed = "";
    private int painted;
    private long nextPaint;

    /** What is written. */
    public enum Form {
        /** For people. */
        TEXT,
        /** One JSON object per event and line. */
        JSON
    }

    public WatchView(Terminal terminal, JsonNode job, Form form) {
        this.terminal = terminal;
        this.form = form;
        var id = job.path("id").asText();
        title =
                "job %s  %s"
                        .formatted(
                                id.substring(0, Math.min(8, id.length())),
                                job.path("name").asText());
    }

    /** A job in the queue has no events yet, so what it waits for is said before the first. */
    public void begins(JobPicture picture) {
        if (form == Form.TEXT && picture.state().equals("QUEUED")) {
            print("state     " + picture.state() + ": " + picture.reason());
        }
    }

    @Override
    public void changed(JobPicture picture, Event event) {
        if (form == Form.JSON) {
            terminal.line(
                    JsonText.object()
                            .put("sequence", event.sequence())
                            .put("kind", event.kind())
                            .<ObjectNode>set("data", event.data())
                            .toString());
        } else if (!terminal.repaints()) {
            EventLine.of(picture, event).ifPresent(this::print);
        } else if (System.nanoTime() >= nextPaint) {
            paint(page(picture));
            nextPaint = System.nanoTime() + REPAINT_NANOS;
        }
    }

    /** A job that waits says so again and again; a person needs it once. */
    private void print(String line) {
        if (!line.equals(printed)) {
            terminal.line(line);
            printed = line;
        }
    }

    @Override
    public void lost(String why) {
        terminal.note("The connection is lost and will be tried again: " + why);
        painted = 0;
    }

    /** Writes how it ended. */
    public void finish(JsonNode job) {
        if (form == Form.JSON) {
            return;
        }
        var state = job.path("state").asText();
        var words = new StringBuilder(title).append("   ").append(state);
        if (!job.path("reason").asText().isEmpty()) {
            words.append(": ").append(job.path("reason").asText());
        }
        terminal.line(
                state.equals("COMPLETED") ? terminal.good(words.toString()) : words.toString());
        MetricLines.of(job.path("metrics")).forEach(terminal::line);
    }

    private List<String> page(JobPicture picture) {
        var lines = new ArrayList<String>();
        lines.add(
                "%s   %s   %s   epoch %d   round %d of %d%s"
                        .formatted(
                                terminal.strong(title),
                                picture.state(),
                                picture.task(),
                                picture.epoch(),
                                picture.roundsDone(),
                                picture.roundsPlanned(),
                                timeLeft(picture)));
        if (!picture.reason().isEmpty()) {
            lines.add("  " + JobPicture.shortHashes(picture.reason()));
        }
        lines.add(
                terminal.faint(
                        "  %-16s %-10s %-10s %s".formatted("site", "now", "included", "note")));
        for (Map.Entry<String, SiteLine> entry : picture.sites().entrySet()) {
            var line = entry.getValue();
            lines.add(
                    "  %-16s %-10s %-10s %s"
                            .formatted(
                                    entry.getKey(),
                                    line.now().word(),
                                    line.included() + "/" + line.rounds(),
                                    line.note()));
        }
        return lines;
    }

    private static String timeLeft(JobPicture picture) {
        int left = picture.roundsPlanned() - picture.roundsDone();
        return picture.medianMillis()
                .filter(_ -> left > 0)
                .map(
                        millis ->
                                "   about "
                                        + Math.max(1, Math.round(left * millis / 1000))
                                        + " s left")
                .orElse("");
    }

    private void paint(List<String> lines) {
        terminal.page(lines, painted);
        painted = lines.size();
    }
}
