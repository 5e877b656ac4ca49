package io.confide.common.files;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.Fold;
import io.confide.common.model.Task;

import java.util.Optional;

/**
 * The config bytes of a round: {@code {"plan":"<planHash hex>","task":{"fold":0,"kind":"train"}}},
 * canonical, with {@code "fold":"all"} for the final model. It never holds a round number, so that the
 * same work is recognised as the same (PROTOCOL.md K11).
 */
public final class RoundConfigJson {
    private RoundConfigJson() {}

    /** What a round is about. */
    public record Config(Digest plan, Task task) {}

    public static Bytes bytes(Digest plan, Task task) {
        Json.Obj json = Json.object().with("kind", kind(task));
        json =
                switch (task.fold()) {
                    case Fold.All _ -> json.with("fold", "all");
                    case Fold.Held(int index) -> json.with("fold", index);
                };
        return Json.object().with("plan", plan.hex()).with("task", json).bytes();
    }

    /** SHA-256 of {@link #bytes}: configHash. */
    public static Digest hash(Digest plan, Task task) {
        return Digest.of(bytes(plan, task));
    }

    /** Inverse of {@link #bytes}; any other bytes are an {@link IllegalArgumentException}. */
    public static Config parse(Bytes bytes) {
        var in = JsonFields.of(JsonText.parse(bytes), "config");
        var task = in.object("task");
        Fold fold =
                task.find("fold").equals(Optional.of(new Json.Text("all")))
                        ? new Fold.All()
                        : new Fold.Held(task.integer("fold"));
        var config = new Config(Digest.ofHex(in.text("plan")), task(task.text("kind"), fold));
        if (!bytes(config.plan(), config.task()).equals(bytes)) {
            throw new IllegalArgumentException("the round's config is not in canonical form");
        }
        return config;
    }

    private static String kind(Task task) {
        return switch (task) {
            case Task.Statistics _ -> "statistics";
            case Task.Train _ -> "train";
            case Task.Evaluate _ -> "evaluate";
        };
    }

    private static Task task(String kind, Fold fold) {
        return switch (kind) {
            case "statistics" -> new Task.Statistics(fold);
            case "train" -> new Task.Train(fold);
            case "evaluate" -> new Task.Evaluate(fold);
            default -> throw new IllegalArgumentException("unknown task kind");
        };
    }
}
