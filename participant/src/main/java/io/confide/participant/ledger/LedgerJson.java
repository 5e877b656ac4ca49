package io.confide.participant.ledger;

import io.confide.common.files.Json;
import io.confide.common.files.JsonFields;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.SitePolicy;
import io.confide.common.privacy.PrivacyEvent;
import io.confide.participant.port.PrivacyLedger.Terms;

import java.time.DateTimeException;
import java.time.Instant;

/** Entries to JSON and back. */
public final class LedgerJson {
    private LedgerJson() {}

    public static Json.Obj json(LedgerEntry entry) {
        var json = Json.object().with("time", entry.time().toString());
        return switch (entry) {
            case LedgerEntry.BudgetSet(_, var account, var budget, var order) ->
                    json.with("kind", "budget")
                            .with("account", account)
                            .with("unit", budget.unit().name())
                            .with("epsilon", budget.epsilon())
                            .with("delta", budget.delta())
                            .with("order", order);
            case LedgerEntry.BudgetWithdrawn(_, var account) ->
                    json.with("kind", "withdrawn").with("account", account);
            case LedgerEntry.Reserved(_, var terms) ->
                    json.with("kind", "reserve")
                            .with("job", terms.job().toString())
                            .with("study", terms.study())
                            .with("dataset", terms.dataset())
                            .with("commits", terms.commits())
                            .with("event", EventFields.json(terms.event()));
            case LedgerEntry.Committed(_, var job, var round, var input) ->
                    json.with("kind", "commit")
                            .with("job", job.toString())
                            .with("round", round)
                            .with("input", input.hex());
            case LedgerEntry.Released(_, var job) ->
                    json.with("kind", "release").with("job", job.toString());
        };
    }

    /** What one release costs, every number exact. */
    public static Json.Obj json(PrivacyEvent event) {
        return EventFields.json(event);
    }

    /** The entry of {@code fields}; IllegalArgumentException if it is none. */
    static LedgerEntry parse(JsonFields fields) {
        try {
            var time = Instant.parse(fields.text("time"));
            String kind = fields.text("kind");
            return switch (kind) {
                case "budget" -> budget(time, fields);
                case "withdrawn" -> new LedgerEntry.BudgetWithdrawn(time, fields.text("account"));
                case "reserve" ->
                        new LedgerEntry.Reserved(
                                time,
                                new Terms(
                                        job(fields),
                                        fields.text("study"),
                                        fields.text("dataset"),
                                        EventFields.parse(fields.object("event")),
                                        fields.integer("commits")));
                case "commit" ->
                        new LedgerEntry.Committed(
                                time,
                                job(fields),
                                fields.wholeNumber("round"),
                                Digest.ofHex(fields.text("input")));
                case "release" -> new LedgerEntry.Released(time, job(fields));
                default -> throw new IllegalArgumentException("unknown kind of entry " + kind);
            };
        } catch (DateTimeException | ConfideException e) {
            throw new IllegalArgumentException("a value of an entry is out of its range", e);
        }
    }

    private static LedgerEntry.BudgetSet budget(Instant time, JsonFields fields) {
        return new LedgerEntry.BudgetSet(
                time,
                fields.text("account"),
                new SitePolicy.Budget(
                        SitePolicy.Unit.valueOf(fields.text("unit")),
                        fields.number("epsilon"),
                        fields.number("delta")),
                fields.number("order"));
    }

    private static JobId job(JsonFields fields) {
        return JobId.of(fields.text("job"));
    }
}
