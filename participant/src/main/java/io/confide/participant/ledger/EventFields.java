package io.confide.participant.ledger;

import io.confide.common.files.Json;
import io.confide.common.files.JsonFields;
import io.confide.common.privacy.Noise;
import io.confide.common.privacy.PrivacyEvent;
import io.confide.common.privacy.PrivacyUnit;
import io.confide.common.privacy.Relation;
import io.confide.common.privacy.Sampling;

/** Privacy events to JSON and back, every number exact: history can be accounted again by a tighter accountant. */
final class EventFields {
    private static final String KIND = "kind";

    private EventFields() {}

    static Json.Obj json(PrivacyEvent event) {
        return Json.object()
                .with("relation", event.relation().name())
                .with("unit", event.unit().name())
                .with("sampling", json(event.sampling()))
                .with("noise", json(event.noise()))
                .with("steps", event.steps());
    }

    static PrivacyEvent parse(JsonFields fields) {
        return new PrivacyEvent(
                Relation.valueOf(fields.text("relation")),
                PrivacyUnit.valueOf(fields.text("unit")),
                sampling(fields.object("sampling")),
                noise(fields.object("noise")),
                fields.wholeNumber("steps"));
    }

    private static Json.Obj json(Sampling sampling) {
        return switch (sampling) {
            case Sampling.Everyone _ -> Json.object().with(KIND, "everyone");
            case Sampling.Poisson(var rate) ->
                    Json.object().with(KIND, "poisson").with("rate", rate);
            case Sampling.FixedSize(var population, var batch) ->
                    Json.object()
                            .with(KIND, "fixed-size")
                            .with("population", population)
                            .with("batch", batch);
        };
    }

    private static Sampling sampling(JsonFields fields) {
        String kind = fields.text(KIND);
        return switch (kind) {
            case "everyone" -> new Sampling.Everyone();
            case "poisson" -> new Sampling.Poisson(fields.number("rate"));
            case "fixed-size" ->
                    new Sampling.FixedSize(
                            fields.wholeNumber("population"), fields.wholeNumber("batch"));
            default -> throw new IllegalArgumentException("unknown sampling " + kind);
        };
    }

    private static Json.Obj json(Noise noise) {
        return switch (noise) {
            case Noise.Gaussian(var multiplier) ->
                    Json.object().with(KIND, "gaussian").with("multiplier", multiplier);
            case Noise.Grid(var sigma, var sensitivity, var dimension) ->
                    Json.object()
                            .with(KIND, "discrete-gaussian")
                            .with("sigma", sigma)
                            .with("sensitivity", sensitivity)
                            .with("dimension", dimension);
        };
    }

    private static Noise noise(JsonFields fields) {
        String kind = fields.text(KIND);
        return switch (kind) {
            case "gaussian" -> new Noise.Gaussian(fields.number("multiplier"));
            case "discrete-gaussian" ->
                    new Noise.Grid(
                            fields.number("sigma"),
                            fields.number("sensitivity"),
                            fields.wholeNumber("dimension"));
            default -> throw new IllegalArgumentException("unknown noise " + kind);
        };
    }
}
