package io.confide.coordinator.http;

import io.confide.coordinator.port.CostView;
import io.confide.coordinator.port.PlanView;
import io.vertx.core.json.JsonObject;

/** Plans as the JSON that the contract promises. */
final class PlanViewJson {
    private PlanViewJson() {}

    static JsonObject of(PlanView view) {
        var json =
                new JsonObject()
                        .put("hash", view.hash())
                        .put("sections", ViewJson.array(view.sections(), PlanViewJson::section));
        view.previous().ifPresent(previous -> json.put("previous", previous(previous)));
        return json;
    }

    static JsonObject cost(CostView view) {
        var planned = view.planned();
        var soFar =
                new JsonObject()
                        .put("rounds", view.soFar().rounds())
                        .put("givenUp", view.soFar().givenUp())
                        .put("inputBytes", view.soFar().inputBytes());
        view.soFar().medianSeconds().ifPresent(median -> soFar.put("medianSeconds", median));
        return new JsonObject()
                .put(
                        "planned",
                        new JsonObject()
                                .put("rounds", planned.rounds())
                                .put("folds", planned.folds())
                                .put("groups", planned.groups())
                                .put("roundUpBytes", planned.roundUpBytes())
                                .put("roundDownBytes", planned.roundDownBytes())
                                .put("upBytes", planned.upBytes())
                                .put("downBytes", planned.downBytes())
                                .put("inputBytes", planned.inputBytes()))
                .put("soFar", soFar);
    }

    private static JsonObject section(PlanView.Section section) {
        return new JsonObject()
                .put("title", section.title())
                .put("fields", ViewJson.array(section.fields(), PlanViewJson::field));
    }

    private static JsonObject field(PlanView.Field field) {
        var json =
                new JsonObject()
                        .put("field", field.name())
                        .put("label", field.label())
                        .put("value", field.value());
        return field.unit().isEmpty() ? json : json.put("unit", field.unit());
    }

    private static JsonObject previous(PlanView.Previous previous) {
        var json =
                new JsonObject()
                        .put("job", previous.job())
                        .put("submitted", previous.submitted().toString());
        previous.changes()
                .ifPresent(
                        changes ->
                                json.put("changes", ViewJson.array(changes, PlanViewJson::change)));
        return json;
    }

    private static JsonObject change(PlanView.Change change) {
        var json = new JsonObject().put("field", change.name()).put("label", change.label());
        change.before().ifPresent(value -> json.put("before", value));
        change.after().ifPresent(value -> json.put("after", value));
        return json;
    }
}
