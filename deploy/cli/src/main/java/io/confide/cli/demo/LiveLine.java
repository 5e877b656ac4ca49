package io.confide.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;

import io.confide.cli.Terminal;
import io.confide.cli.remote.EventStream.Event;
import io.confide.cli.watch.EventLine;
import io.confide.cli.watch.JobFollower;
import io.confide.cli.watch.JobPicture;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** One line that says how far the job is; who is left out, and why, stays visible above it. */
final class LiveLine implements JobFollower.Listener {
    private static final int BAR = 24;
    private static final int PLAIN_EVERY = 25;

    private final Terminal terminal;
    private final Steps steps;
    private final Map<String, String> away = new HashMap<>();

    LiveLine(Terminal terminal, Steps steps) {
        this.terminal = terminal;
        this.steps = steps;
    }

    @Override
    public void changed(JobPicture picture, Event event) {
        var data = event.data();
        switch (event.kind()) {
            case "epoch" ->
                    steps.done(
                            "key set-up",
                            "epoch %d · X25519+ML-KEM-768 · threshold %d of %d"
                                    .formatted(
                                            picture.epoch(),
                                            picture.threshold(),
                                            picture.rosterSize()));
            case "dropped" -> dropped(data);
            case "roundDone" -> {
                back(data, picture);
                converged(data, picture);
                progress(picture);
            }
            default -> {
                // the line already says enough
            }
        }
        terminal.status(line(picture, terminal.columns()));
    }

    /** Says it once: a site that stays away is left out of every round until the next key set-up. */
    private void dropped(JsonNode data) {
        var site = data.path("site").asText();
        var why =
                "dropped in step %s, %s"
                        .formatted(data.path("step").asText(), data.path("reason").asText());
        if (!why.equals(away.put(site, why))) {
            steps.warn("round " + data.path("round").asLong(), "without " + site + ": " + why);
        }
    }

    private void back(JsonNode data, JobPicture picture) {
        for (var included : picture.lastIncluded()) {
            if (away.remove(included) != null) {
                steps.done(
                        "round " + data.path("round").asLong(),
                        "%s is counted again: included %d of %d"
                                .formatted(
                                        included,
                                        picture.lastIncluded().size(),
                                        picture.rosterSize()));
            }
        }
    }

    private void converged(JsonNode data, JobPicture picture) {
        if (data.path("spared").asInt() > 0) {
            steps.done(
                    "round " + data.path("round").asLong(),
                    EventLine.converged(picture.task(), data.path("spared").asInt()));
        }
    }

    private void progress(JobPicture picture) {
        if (!terminal.repaints() && picture.roundsDone() % PLAIN_EVERY == 0) {
            steps.line("   " + line(picture, terminal.columns()).strip());
        }
    }

    /** The bar has what room is left. */
    static String line(JobPicture picture, int columns) {
        int done = picture.roundsDone();
        int planned = Math.max(1, picture.roundsPlanned());
        double millis = picture.medianMillis().orElse(0.0);
        long left = Math.round((planned - done) * millis / 1000);
        var before =
                String.format(
                        Locale.ROOT,
                        "   %s   round %d/%d  ",
                        picture.task().isEmpty() ? picture.state() : picture.task(),
                        done,
                        planned);
        var after =
                String.format(
                        Locale.ROOT,
                        "  included %d of %d  %.0f ms/round  about %d s left",
                        picture.lastIncluded().size(),
                        picture.rosterSize(),
                        millis,
                        left);
        int bar = Math.clamp(columns - 1L - before.length() - after.length(), 0, BAR);
        int filled = Math.min(bar, bar * done / planned);
        return before + "█".repeat(filled) + "░".repeat(bar - filled) + after;
    }
}
