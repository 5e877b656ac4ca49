package io.confide.coordinator.http;

import io.confide.common.files.Words;
import io.confide.coordinator.port.Views.CapacityView;
import io.confide.coordinator.port.Views.DelaysView;
import io.confide.coordinator.port.Views.DroppedView;
import io.confide.coordinator.port.Views.EventView;
import io.confide.coordinator.port.Views.JobView;
import io.confide.coordinator.port.Views.PlanCheck;
import io.confide.coordinator.port.Views.PrivacyView;
import io.confide.coordinator.port.Views.RoundView;
import io.confide.coordinator.port.Views.SiteView;
import io.confide.coordinator.port.Views.SpentSoFarView;
import io.confide.coordinator.port.Views.StudyView;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** Views as the JSON that the contract promises. An absent value has no key; a number that is not finite neither. */
final class ViewJson {
    private ViewJson() {}

    static <V> JsonArray array(List<V> views, Function<V, JsonObject> each) {
        var array = new JsonArray();
        views.forEach(view -> array.add(each.apply(view)));
        return array;
    }

    static JsonObject job(JobView view) {
        return line(view).put("siteVerdicts", value(new TreeMap<>(view.siteVerdicts())));
    }

    /** A job without what each site says of it. */
    static JsonObject line(JobView view) {
        var json =
                new JsonObject()
                        .put("id", view.id())
                        .put("name", view.name())
                        .put("study", view.study())
                        .put("owner", view.owner())
                        .put("state", view.state().name())
                        .put("planHash", view.planHash())
                        .put("roundsDone", view.roundsDone())
                        .put("roundsPlanned", view.roundsPlanned())
                        .put("epoch", view.epoch())
                        .put("threshold", view.threshold())
                        .put("needed", view.needed())
                        .put("rosterSize", view.rosterSize())
                        .put("submitted", view.submitted().toString())
                        .put("priority", Words.of(view.priority()))
                        .put("metrics", numbers(view.metrics()));
        view.reason().ifPresent(reason -> json.put("reason", reason));
        view.ended().ifPresent(ended -> json.put("ended", ended.toString()));
        view.pausedBy().ifPresent(actor -> json.put("pausedBy", actor));
        view.retryOf().ifPresent(job -> json.put("retryOf", job));
        return json;
    }

    static JsonObject privacy(PrivacyView view) {
        return new JsonObject()
                .put("unit", view.unit())
                .put("relation", view.relation())
                .put("sampling", view.sampling())
                .put("samplingRate", view.samplingRate())
                .put("epsilon", view.epsilon())
                .put("delta", view.delta())
                .put("commits", view.commits())
                .put(
                        "observers",
                        array(
                                view.observers(),
                                row ->
                                        new JsonObject()
                                                .put("observer", row.observer())
                                                .put("survivors", row.survivors())
                                                .put("epsilon", row.epsilon())))
                .put(
                        "spent",
                        array(
                                view.spent(),
                                point ->
                                        new JsonObject()
                                                .put("commits", point.commits())
                                                .put("epsilon", point.epsilon())))
                .put("stepNoise", view.stepNoise());
    }

    static JsonObject spent(SpentSoFarView view) {
        return new JsonObject()
                .put("epsilon", view.epsilon())
                .put("total", view.total())
                .put("delta", view.delta())
                .put("unit", view.unit());
    }

    /** Those that are finite, by name. */
    static JsonObject numbers(Map<String, Double> numbers) {
        var json = new JsonObject();
        new TreeMap<>(numbers).forEach((key, value) -> put(json, key, value));
        return json;
    }

    static JsonObject round(RoundView view) {
        return new JsonObject()
                .put("round", view.round())
                .put("epoch", view.epoch())
                .put("task", view.task())
                .put("cohort", new JsonArray(view.cohort()))
                .put("included", new JsonArray(view.included()))
                .put("dropped", array(view.dropped(), ViewJson::dropped))
                .put("outcome", view.outcome())
                .put("seconds", view.seconds());
    }

    private static JsonObject dropped(DroppedView view) {
        return new JsonObject()
                .put("site", view.site())
                .put("step", view.step())
                .put("reason", view.reason());
    }

    static JsonObject site(SiteView view) {
        var json =
                connection(view)
                        .put(
                                "datasets",
                                array(
                                        view.datasets(),
                                        dataset ->
                                                new JsonObject()
                                                        .put("name", dataset.name())
                                                        .put("study", dataset.study())
                                                        .put(
                                                                "columns",
                                                                new JsonArray(dataset.columns()))));
        view.certificateEnds().ifPresent(ends -> json.put("certificateEnds", ends.toString()));
        view.software().ifPresent(software -> json.put("software", software));
        view.capacity().ifPresent(capacity -> json.put("capacity", capacity(capacity)));
        view.clock().ifPresent(clock -> json.put("clockAheadSeconds", clock.ahead().toSeconds()));
        return json;
    }

    /** Whether a site is there, and what it takes to see that it is late. */
    static JsonObject connection(SiteView view) {
        var json =
                new JsonObject()
                        .put("id", view.id())
                        .put("connected", view.connected())
                        .put("enrolled", view.enrolled());
        view.lastSeen().ifPresent(seen -> json.put("lastSeen", seen.toString()));
        view.delays().ifPresent(delays -> json.put("delays", delays(delays)));
        return json;
    }

    private static JsonObject capacity(CapacityView view) {
        var json =
                new JsonObject()
                        .put("processors", view.processors())
                        .put("memoryMebibytes", view.memoryMebibytes());
        view.accelerator().ifPresent(name -> json.put("accelerator", name));
        return json;
    }

    private static JsonObject delays(DelaysView view) {
        var json =
                new JsonObject()
                        .put("rounds", view.rounds())
                        .put("drops", value(new TreeMap<>(view.drops())));
        view.usualUnderMillis().ifPresent(usual -> json.put("usualUnderMillis", usual));
        view.slowestUnderMillis().ifPresent(slowest -> json.put("slowestUnderMillis", slowest));
        return json;
    }

    static JsonObject alert(Alerts.Alert alert) {
        var json =
                new JsonObject()
                        .put("code", alert.code())
                        .put("severity", alert.severity().word())
                        .put("title", alert.title())
                        .put("text", alert.text())
                        .put("next", alert.next());
        alert.job().ifPresent(job -> json.put("job", job));
        alert.since().ifPresent(since -> json.put("since", since.toString()));
        return json;
    }

    static JsonObject study(StudyView view) {
        return new JsonObject()
                .put("name", view.name())
                .put("purpose", view.purpose())
                .put("accountable", view.accountable());
    }

    static JsonObject check(PlanCheck view) {
        return new JsonObject()
                .put("planHash", view.planHash())
                .put("rounds", view.rounds())
                .put("parameters", view.parameters())
                .put("notes", new JsonArray(view.notes()));
    }

    /** The data line of an event: its time and what belongs to its kind. */
    static JsonObject event(EventView view) {
        var json = new JsonObject().put("time", view.time().toString());
        view.data().forEach((key, value) -> put(json, key, value));
        return json;
    }

    private static void put(JsonObject json, String key, Object value) {
        if (value instanceof Optional<?> optional) {
            optional.ifPresent(present -> put(json, key, present));
        } else if (!(value instanceof Double number) || Double.isFinite(number)) {
            json.put(key, value(value));
        }
    }

    private static Object value(Object value) {
        return switch (value) {
            case Map<?, ?> map -> {
                var json = new JsonObject();
                map.forEach((key, entry) -> put(json, String.valueOf(key), entry));
                yield json;
            }
            case Collection<?> list -> {
                var json = new JsonArray();
                list.forEach(entry -> json.add(value(entry)));
                yield json;
            }
            case DroppedView dropped -> dropped(dropped);
            case Number number -> number;
            case Boolean flag -> flag;
            case Instant time -> time.toString();
            default -> value.toString();
        };
    }
}
