package io.confide.cli.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.confide.cli.JsonText;
import io.confide.participant.baseline.Comparison;

import java.util.OptionalDouble;

/** The demo's result for programs. */
final class DemoJson {
    private DemoJson() {}

    static ObjectNode of(DemoResult result) {
        var json = JsonText.object();
        var everybody = result.comparison().all().auc();
        var auc = json.putObject("auc");
        put(auc, "local", everybody.local());
        auc.put("federated", result.federated());
        put(auc, "pooled", everybody.pooled());
        if (result.hasEurope()) {
            put(json.putObject("europe"), result.comparison().subset().auc());
        }
        var hospitals = json.putArray("hospitals");
        for (var site : result.comparison().sites()) {
            var line = hospitals.addObject();
            line.put("site", site.site().value()).put("title", result.study().title(site.site()));
            line.put("patients", site.rows()).put("events", site.events());
            line.put("canTrainAlone", site.alone() == Comparison.Alone.POSSIBLE);
            put(line, site.auc());
        }
        json.set("metrics", result.job().path("metrics"));
        rounds(result, json);
        epsilon(result, json);
        json.put("seconds", result.seconds());
        json.put("model", result.model().resolve("model.safetensors").toString());
        json.put("card", result.model().resolve("card.md").toString());
        json.put("dashboard", result.dashboard());
        json.put("synthetic", result.study().origin() == DemoStudy.Origin.SYNTHETIC);
        json.put("job", result.job().path("id").asText());
        json.put("plan", result.job().path("planHash").asText());
        json.put("threshold", result.job().path("threshold").asInt());
        return json;
    }

    private static void put(ObjectNode json, Comparison.Auc auc) {
        put(json, "local", auc.local());
        put(json, "federated", auc.federated());
        put(json, "pooled", auc.pooled());
    }

    private static void put(ObjectNode json, String key, OptionalDouble value) {
        value.ifPresent(number -> json.put(key, number));
    }

    /** Rényi accounting is what ledgers are charged by; "tight" is the certified bound of privacy loss distributions. */
    private static void epsilon(DemoResult result, ObjectNode json) {
        var rows = json.putArray("epsilon");
        if (result.privacy().isEmpty()) {
            return;
        }
        var privacy = result.privacy().get();
        for (var row : privacy.observers()) {
            rows.addObject()
                    .put("observer", row.observer().name())
                    .put("epsilon", row.rdp())
                    .put("delta", privacy.terms().delta())
                    .put("tight", row.pld())
                    .put("survivors", row.survivors());
        }
        json.putObject("privacy")
                .put("unit", "record")
                .put("relation", "add-remove")
                .put("sampling", "everyone")
                .put("epsilon", privacy.terms().epsilon())
                .put("delta", privacy.terms().delta())
                .put("commits", privacy.terms().commits())
                .put("aucComputedOn", "public data, for comparison, outside epsilon");
        var ledgers = json.putArray("ledgers");
        for (var ledger : privacy.ledgers()) {
            ledgers.addObject()
                    .put("site", ledger.site().value())
                    .put("spent", ledger.spent())
                    .put("budget", ledger.budget())
                    .put("releases", ledger.releases());
        }
    }

    private static void rounds(DemoResult result, ObjectNode json) {
        var rounds = json.putArray("rounds");
        for (var round : result.rounds()) {
            var line = rounds.addObject();
            line.set("round", round.path("round"));
            line.set("epoch", round.path("epoch"));
            line.set("task", round.path("task"));
            line.set("cohort", round.path("cohort"));
            line.set("included", round.path("included"));
            line.set("dropped", round.path("dropped"));
            line.set("seconds", round.path("seconds"));
        }
    }
}
