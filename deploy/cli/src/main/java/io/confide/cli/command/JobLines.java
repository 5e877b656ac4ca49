package io.confide.cli.command;

import com.fasterxml.jackson.databind.JsonNode;

import io.confide.cli.Terminal;
import io.confide.cli.watch.JobPicture;
import io.confide.cli.watch.MetricLines;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Jobs as lines of text. */
final class JobLines {
    private static final int ID_DIGITS = 8;

    private JobLines() {}

    static String shortId(String id) {
        return id.length() <= ID_DIGITS ? id : id.substring(0, ID_DIGITS);
    }

    /** One line. */
    static String summary(JsonNode job, Terminal terminal) {
        var state = job.path("state").asText();
        var shown =
                switch (state) {
                    case "COMPLETED" -> terminal.good("%-17s".formatted(state));
                    case "FAILED" -> terminal.bad("%-17s".formatted(state));
                    default -> "%-17s".formatted(state);
                };
        return "%s  %-26s %s round %d of %d   %s"
                .formatted(
                        shortId(job.path("id").asText()),
                        job.path("name").asText(),
                        shown,
                        job.path("roundsDone").asInt(),
                        job.path("roundsPlanned").asInt(),
                        JobPicture.shortHashes(
                                job.path("reason").asText(job.path("submitted").asText())));
    }

    /** What a pause has come to: one sentence and the command that lifts it. */
    static List<String> paused(JsonNode job, Terminal terminal) {
        boolean begun = job.path("state").asText().equals("PAUSED");
        return List.of(
                terminal.good(" ✓ ")
                        + named(job)
                        + (begun
                                ? " is paused after round %d of %d"
                                        .formatted(
                                                job.path("roundsDone").asInt(),
                                                job.path("roundsPlanned").asInt())
                                : " pauses when its round has ended"),
                "   next    confide job resume " + shortId(job.path("id").asText()));
    }

    static List<String> resumed(JsonNode job, Terminal terminal) {
        return List.of(
                terminal.good(" ✓ ")
                        + named(job)
                        + " goes on after round %d of %d"
                                .formatted(
                                        job.path("roundsDone").asInt(),
                                        job.path("roundsPlanned").asInt()));
    }

    /** Why a new job has to wait, if it has to. */
    static Optional<String> queued(JsonNode job) {
        return job.path("state").asText().equals("QUEUED")
                ? Optional.of("   queue   " + job.path("reason").asText())
                : Optional.empty();
    }

    /** The new job, and what it runs again. */
    static List<String> retried(JsonNode job, Terminal terminal) {
        var lines = new ArrayList<String>();
        lines.add(
                terminal.good(" ✓ ")
                        + named(job)
                        + " runs the plan of job %s again under another seed"
                                .formatted(shortId(job.path("retryOf").asText())));
        lines.add("   plan    " + job.path("planHash").asText());
        queued(job).ifPresent(lines::add);
        lines.add("   next    confide job watch " + shortId(job.path("id").asText()));
        return lines;
    }

    private static String named(JsonNode job) {
        return "job %s (%s)".formatted(shortId(job.path("id").asText()), job.path("name").asText());
    }

    /** Everything worth reading about one job. */
    static List<String> details(JsonNode job, JsonNode rounds, Terminal terminal) {
        var lines = new ArrayList<String>();
        lines.add(summary(job, terminal));
        lines.add("  id          " + job.path("id").asText());
        if (job.has("retryOf")) {
            lines.add("  retry of    " + job.path("retryOf").asText());
        }
        lines.add("  study       " + job.path("study").asText());
        if (!job.path("priority").asText("normal").equals("normal")) {
            lines.add("  priority    " + job.path("priority").asText());
        }
        lines.add("  plan        " + job.path("planHash").asText());
        lines.add(
                "  epoch       %d, threshold %d of %d"
                        .formatted(
                                job.path("epoch").asLong(),
                                job.path("threshold").asInt(),
                                job.path("rosterSize").asInt()));
        for (var verdict : job.path("siteVerdicts").properties()) {
            lines.add(
                    "  site        %-16s %s"
                            .formatted(verdict.getKey(), verdict.getValue().asText()));
        }
        lines.addAll(MetricLines.of(job.path("metrics")));
        lines.addAll(privacy(job.path("privacy")));
        lines.addAll(CostLines.of(job.path("cost")));
        lines.addAll(roundLines(rounds));
        return lines;
    }

    /** Never an ε without unit, relation, sampling, δ and observer. */
    private static List<String> privacy(JsonNode privacy) {
        var lines = new ArrayList<String>();
        if (privacy.isMissingNode()) {
            return lines;
        }
        lines.add(
                "  privacy     ε at most %s at δ = %s for every %s (%s, sampling: %s, %d commits)"
                        .formatted(
                                privacy.path("epsilon").asText(),
                                privacy.path("delta").asText(),
                                privacy.path("unit").asText(),
                                privacy.path("relation").asText(),
                                privacy.path("sampling").asText(),
                                privacy.path("commits").asInt()));
        for (var row : privacy.path("observers")) {
            lines.add(
                    String.format(
                            Locale.ROOT,
                            "              towards %-22s ε %s with %d sites in a sum",
                            row.path("observer").asText(),
                            new BigDecimal(row.path("epsilon").asDouble())
                                    .setScale(3, RoundingMode.CEILING)
                                    .toPlainString(),
                            row.path("survivors").asInt()));
        }
        return lines;
    }

    /** Who was left out, in which step, in how many rounds. */
    static List<String> roundLines(JsonNode rounds) {
        Map<String, Integer> dropped = new TreeMap<>();
        int complete = 0;
        for (var round : rounds) {
            complete += round.path("dropped").isEmpty() ? 1 : 0;
            for (var drop : round.path("dropped")) {
                dropped.merge(
                        drop.path("site").asText()
                                + " in step "
                                + drop.path("step").asText()
                                + ": "
                                + drop.path("reason").asText(),
                        1,
                        Integer::sum);
            }
        }
        var lines = new ArrayList<String>();
        lines.add("  rounds      " + rounds.size() + ", " + complete + " with everybody");
        dropped.forEach(
                (what, count) -> lines.add("  left out    in " + count + " rounds  " + what));
        return lines;
    }
}
