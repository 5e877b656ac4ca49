package io.confide.common.files;

import io.confide.common.model.Guarantee;

/** The part of a plan's JSON that states its guarantee; whole numbers beyond 2^53 are texts. */
final class GuaranteeJson {
    private static final String UNIT = "record";
    private static final String RELATION = "add-remove";
    private static final String EVERYONE = "everyone";
    private static final String POISSON = "poisson";
    private static final String SAMPLING_RATE = "samplingRate";
    private static final String NOISE = "discrete-gaussian";

    private GuaranteeJson() {}

    static Json.Obj of(Guarantee.RecordLevel records) {
        var json =
                Json.object()
                        .with("unit", UNIT)
                        .with("relation", RELATION)
                        .with("sampling", records.samples() ? POISSON : EVERYONE)
                        .with("noise", NOISE)
                        .with("epsilon", records.epsilon())
                        .with("delta", records.delta())
                        .with("clipNorm", records.clipNorm())
                        .with("minimumSurvivors", records.minimumSurvivors())
                        .with("colluders", records.colluders())
                        .with("commits", records.commits())
                        .with("records", records.records())
                        .with("scaleBits", records.scaleBits())
                        .with("sensitivity", records.sensitivity())
                        .with("shareVariance", Long.toString(records.shareVariance()))
                        .with("variance", Long.toString(records.variance()));
        return records.samples() ? json.with(SAMPLING_RATE, records.samplingRate()) : json;
    }

    /** What was written must be what these constants say: the plan's canonical form is compared by the caller. */
    static Guarantee.RecordLevel read(JsonFields in) {
        return new Guarantee.RecordLevel(
                in.number("epsilon"),
                in.number("delta"),
                in.number("clipNorm"),
                in.integer("minimumSurvivors"),
                in.integer("colluders"),
                in.integer("commits"),
                in.wholeNumber("records"),
                in.find(SAMPLING_RATE).isPresent() ? in.number(SAMPLING_RATE) : 1,
                in.integer("scaleBits"),
                in.wholeNumber("sensitivity"),
                Long.parseLong(in.text("shareVariance")));
    }
}
