package io.confide.coordinator.http;

import io.confide.coordinator.port.ModelDetails;
import io.confide.coordinator.port.ModelRecord.Sums;
import io.confide.coordinator.port.ModelRecord.Version;
import io.confide.coordinator.port.Views.ModelView;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Models as the JSON that the contract promises. */
final class ModelJson {
    private ModelJson() {}

    static JsonObject line(ModelView view) {
        return new JsonObject()
                .put("job", view.job())
                .put("name", view.name())
                .put("modelHash", view.modelHash())
                .put("created", view.created().toString())
                .put("files", new JsonArray(view.files()));
    }

    static JsonObject of(ModelDetails view) {
        var json =
                new JsonObject()
                        .put("model", line(view.model()))
                        .put("versions", ViewJson.array(view.versions(), ModelJson::version))
                        .put("sums", sums(view.sums()))
                        .put("evaluations", ViewJson.array(view.evaluations(), ModelJson::fold));
        view.release().ifPresent(release -> json.put("release", release.name()));
        return json;
    }

    private static JsonObject version(Version view) {
        var json =
                new JsonObject()
                        .put("number", view.number())
                        .put("job", view.job())
                        .put("modelHash", view.modelHash())
                        .put("created", view.created().toString())
                        .put("planHash", view.planHash())
                        .put("metrics", ViewJson.numbers(view.metrics()));
        view.retryOf().ifPresent(job -> json.put("retryOf", job));
        return json;
    }

    private static JsonObject sums(Sums view) {
        var sites = new JsonArray();
        view.bySite()
                .forEach(
                        (site, rounds) ->
                                sites.add(
                                        new JsonObject().put("site", site).put("rounds", rounds)));
        return new JsonObject().put("rounds", view.rounds()).put("sites", sites);
    }

    private static JsonObject fold(ModelDetails.FoldView view) {
        return new JsonObject()
                .put("round", view.round())
                .put("task", view.task())
                .put("metrics", ViewJson.numbers(view.metrics()));
    }
}
