package io.confide.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.confide.cli.JsonText;
import io.confide.common.files.Json;
import io.confide.participant.app.LedgerReport;
import io.confide.participant.ledger.LedgerJson;

import java.util.Locale;

/** A site's privacy budgets as JSON. An ε that cannot be told, because charges do not add up, is null. */
final class LedgerTree {
    private LedgerTree() {}

    static ObjectNode of(LedgerReport report, boolean entries) {
        var answer = JsonText.object();
        var budgets = answer.putArray("budgets");
        report.lines().forEach(line -> put(budgets.addObject(), line));
        if (entries) {
            var list = answer.putArray("entries");
            report.entries().forEach(entry -> list.add(entry(entry)));
        }
        return answer;
    }

    private static void put(ObjectNode node, LedgerReport.Line line) {
        var spending = line.spending();
        var budget = spending.account().budget();
        node.put("budget", spending.account().key());
        var studies = node.putArray("studies");
        line.studies().forEach(studies::add);
        var datasets = node.putArray("datasets");
        line.datasets().forEach(datasets::add);
        node.put("unit", budget.unit().name().toLowerCase(Locale.ROOT));
        number(node, "epsilonSpent", spending.epsilon());
        number(node, "epsilonReserved", spending.epsilonReserved());
        node.put("epsilon", budget.epsilon())
                .put("delta", budget.delta())
                .put("left", spending.left())
                .put("releases", spending.releases())
                .put("releasesReserved", spending.reserved())
                .put("standing", line.standing().name().toLowerCase(Locale.ROOT));
    }

    private static void number(ObjectNode node, String key, double value) {
        if (Double.isFinite(value)) {
            node.put(key, value);
        } else {
            node.putNull(key);
        }
    }

    private static JsonNode entry(LedgerReport.Entry entry) {
        var json = LedgerJson.json(entry.entry());
        var whole =
                entry.terms()
                        .map(
                                terms ->
                                        json.with("study", terms.study())
                                                .with("dataset", terms.dataset())
                                                .with("event", LedgerJson.json(terms.event())))
                        .orElse(json);
        return tree(whole);
    }

    private static JsonNode tree(Json json) {
        return JsonText.parse(json.canonical(), "an entry of the ledger");
    }
}
