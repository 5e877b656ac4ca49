package io.confide.cli.watch;

import io.confide.cli.remote.EventStream.Event;

import java.util.Locale;
import java.util.Optional;

/** An event as a line of plain text; small steps inside a round have none. */
public final class EventLine {
    private EventLine() {}

    /** The line for {@code event}, given the picture after it. */
    public static Optional<String> of(JobPicture picture, Event event) {
        var data = event.data();
        return switch (event.kind()) {
            case "state" ->
                    Optional.of(
                            "state     "
                                    + picture.state()
                                    + (picture.reason().isEmpty()
                                            ? ""
                                            : ": " + JobPicture.shortHashes(picture.reason())));
            case "epoch" ->
                    Optional.of(
                            "epoch     "
                                    + picture.epoch()
                                    + " · threshold "
                                    + picture.threshold()
                                    + " of "
                                    + picture.rosterSize());
            case "dropped" ->
                    Optional.of(
                            "dropped   %s in round %d, step %s: %s"
                                    .formatted(
                                            data.path("site").asText(),
                                            data.path("round").asLong(),
                                            data.path("step").asText(),
                                            data.path("reason").asText()));
            case "roundDone" ->
                    Optional.of(
                            String.format(
                                    Locale.ROOT,
                                    "round     %d of %d  %s  included %d of %d  %.0f ms%s",
                                    picture.roundsDone(),
                                    picture.roundsPlanned(),
                                    picture.task(),
                                    picture.lastIncluded().size(),
                                    picture.rosterSize(),
                                    1000 * data.path("seconds").asDouble(),
                                    data.path("spared").asInt() > 0
                                            ? "; "
                                                    + converged(
                                                            picture.task(),
                                                            data.path("spared").asInt())
                                            : ""));
            case "roundFailed" ->
                    Optional.of(
                            "failed    round %d: %s"
                                    .formatted(data.path("round").asLong(), picture.reason()));
            case "metrics" -> Optional.of("metrics   " + MetricLines.oneLine(picture.metrics()));
            default -> Optional.empty();
        };
    }

    /** That training {@code task} ended {@code spared} rounds before its plan. */
    public static String converged(String task, int spared) {
        return "%s has converged: its model repeats, %d further %s not needed"
                .formatted(task, spared, spared == 1 ? "round is" : "rounds are");
    }
}
