package io.confide.coordinator.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.SiteId;
import io.confide.common.model.SumAudit;
import io.confide.common.secagg.Roster;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.IntStream;

/** Which jobs may ask for an audit of their sums: those whose rounds do not keep too much for it. */
class AuditPlanTest {
    private static final Bytes SEED = Bytes.wrap(new byte[16]);
    private static final String STUDY =
            """
            study: s
            purpose: to test
            accountable: jane@hospital.example
            dictionary:
              label: {name: event, type: binary, meaning: death}
              patient: {name: id, role: id}
              features: [{name: age, type: number, unit: years, range: [18, 100], center: 55, scale: 15}]
              missing: zero-after-scaling
            """;

    /** More than 2^18 parameters, two to a word: leaves of 1 MiB. */
    private static final String LARGE = "{kind: mlp, hidden: [512, 512]}";

    private static SumAudit planned(String model, String aggregation, int sites) {
        return planned(model, aggregation, sites, "weights");
    }

    private static SumAudit planned(String model, String aggregation, int sites, String release) {
        String job =
                "{job: j, study: s, model: %s, aggregation: {%s}, release: {wish: %s}}"
                        .formatted(model, aggregation, release);
        return Planner.plan(job, STUDY, roster(sites), SEED).aggregation().audit();
    }

    private static Roster roster(int n) {
        return new Roster(
                1,
                1,
                key(0),
                IntStream.range(1, n + 1)
                        .mapToObj(i -> new Roster.Member(new SiteId("site-" + i), key(i)))
                        .toList());
    }

    private static Bytes key(int number) {
        var bytes = new byte[32];
        bytes[0] = (byte) number;
        return Bytes.wrap(bytes);
    }

    @Test
    void anAuditIsOnlyThereIfItIsAskedFor() {
        assertEquals(SumAudit.OFF, planned("{kind: logistic}", "", 5));
        assertEquals(SumAudit.OFF, planned("{kind: logistic}", "audit: false", 5));
        assertEquals(SumAudit.ON, planned("{kind: logistic}", "audit: true", 200));
        assertEquals(SumAudit.ON, planned(LARGE, "audit: true", 31));
        assertEquals(SumAudit.OFF, planned(LARGE, "", 32));
    }

    @Test
    void noJobShowsItsSumsWithoutReleasingItsWeights() {
        for (String release : List.of("none", "metrics")) {
            assertEquals(SumAudit.OFF, planned("{kind: logistic}", "", 5, release));
            var refused =
                    assertThrows(
                            ConfideException.class,
                            () -> planned("{kind: logistic}", "audit: true", 5, release));
            assertEquals(ErrorCode.BAD_FILE, refused.code());
            assertEquals(
                    "job.yaml has 1 problem:\n"
                        + "  line 1   aggregation.audit: an audit shows parts of sums, and a small"
                        + " model whole. Remove it, or set release: {wish: weights}.",
                    refused.sentence());
        }
    }

    @Test
    void moreThanIsKeptOfARoundIsRefusedInOneSentence() {
        var refused = assertThrows(ConfideException.class, () -> planned(LARGE, "audit: true", 32));
        assertEquals(ErrorCode.BAD_FILE, refused.code());
        assertEquals(
                "aggregation.audit would keep 33 MiB of every round, one leaf of the input of each"
                        + " of 32 sites, but at most 32 MiB are kept; remove it or use a smaller"
                        + " model.",
                refused.sentence());
    }
}
