package io.confide.common.files;

import io.confide.common.model.EarlyClose;
import io.confide.common.model.Groups;
import io.confide.common.model.Plan;
import io.confide.common.model.Rotation;
import io.confide.common.model.Rounding;
import io.confide.common.model.SumAudit;

/** How a plan's inputs are summed, as part of its canonical JSON. */
final class AggregationJson {
    private AggregationJson() {}

    /** Rounding, rotation, differences, audit, early closing and groups are written only where they are not what plans meant before there was a choice. */
    static Json of(Plan.Aggregation sums) {
        Json.Obj json =
                Json.object()
                        .with("minimumIncluded", sums.minimumIncluded())
                        .with("colluders", sums.colluders())
                        .with("clipNorm", sums.clipNorm())
                        .with("bits", sums.bits())
                        .with("recordsMax", sums.recordsMax())
                        .with("roundSeconds", sums.roundSeconds());
        if (sums.rounding() != Rounding.STOCHASTIC) {
            json = json.with("rounding", Words.of(sums.rounding()));
        }
        if (sums.rotation() != Rotation.NONE) {
            json = json.with("rotation", Words.of(sums.rotation()));
        }
        if (sums.minimumDifference() != 1) {
            json = json.with("minimumDifference", sums.minimumDifference());
        }
        if (sums.audit() == SumAudit.ON) {
            json = json.with("audit", new Json.Bool(true));
        }
        if (sums.earlyClose() == EarlyClose.OFF) {
            json = json.with("closeEarly", new Json.Bool(false));
        }
        if (sums.groups().isPresent()) {
            json = json.with("groups", groups(sums.groups().get()));
        }
        return json;
    }

    private static Json groups(Groups groups) {
        return Json.object()
                .with("count", groups.count())
                .with("combine", Words.of(groups.combine()))
                .with("tolerated", groups.tolerated());
    }

    static Plan.Aggregation read(JsonFields sums) {
        return new Plan.Aggregation(
                sums.integer("minimumIncluded"),
                sums.integer("colluders"),
                sums.number("clipNorm"),
                sums.integer("bits"),
                sums.integer("recordsMax"),
                sums.integer("roundSeconds"),
                sums.wordOr("rounding", Rounding.STOCHASTIC),
                sums.wordOr("rotation", Rotation.NONE),
                sums.find("minimumDifference").isPresent() ? sums.integer("minimumDifference") : 1,
                sums.find("groups").map(_ -> groups(sums.object("groups"))),
                sums.find("audit").filter(new Json.Bool(true)::equals).isPresent()
                        ? SumAudit.ON
                        : SumAudit.OFF,
                sums.find("closeEarly").filter(new Json.Bool(false)::equals).isPresent()
                        ? EarlyClose.OFF
                        : EarlyClose.ON);
    }

    private static Groups groups(JsonFields in) {
        return new Groups(
                in.integer("count"),
                in.word("combine", Groups.Combine.class),
                in.integer("tolerated"));
    }
}
