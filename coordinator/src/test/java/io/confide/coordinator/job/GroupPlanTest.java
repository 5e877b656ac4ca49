package io.confide.coordinator.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.Groups;
import io.confide.common.model.Groups.Combine;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.Roster;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Optional;
import java.util.stream.IntStream;

/** Which jobs with groups a roster can run, and what is said of the others. */
class GroupPlanTest {
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

    private static String job(String aggregation) {
        return "{job: j, study: s, model: {kind: logistic}, aggregation: {" + aggregation + "}}";
    }

    private static Roster roster(int n, int colluders) {
        return new Roster(
                1,
                colluders,
                key(0),
                IntStream.range(1, n + 1)
                        .mapToObj(i -> new Roster.Member(new SiteId("site-" + i), key(i)))
                        .toList());
    }

    private static Bytes key(int number) {
        var bytes = new byte[32];
        bytes[0] = (byte) number;
        bytes[1] = (byte) (number >> 8);
        return Bytes.wrap(bytes);
    }

    @Test
    void aPlanFreezesItsGroups() {
        var plan = Planner.plan(job("groups: 5, combine: krum"), STUDY, roster(20, 1), SEED);
        assertEquals(Optional.of(new Groups(5, Combine.KRUM, 1)), plan.aggregation().groups());
        assertEquals(3, plan.aggregation().minimumIncluded());
        assertEquals(plan, Planner.again(plan, roster(20, 1), SEED));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "groups: 4 | 15 | 1 | aggregation.groups is 4, but 15 sites make at most 3: a group"
                        + " has at least 4, so that its honest members hide each other beside 1"
                        + " others and one of them may be missing; lower it or enlarge the roster.",
                "groups: 3 | 11 | 0 | aggregation.groups is 3, but 11 sites make too few: a group"
                    + " has at least 4, so that its honest members hide each other beside 0 others"
                    + " and one of them may be missing; remove it or enlarge the roster.",
                "groups: 3, minimumIncluded: 5 | 14 | 1 | aggregation.minimumIncluded is 5, but the"
                        + " smallest of 3 groups of 14 sites has 4; lower it or use fewer groups.",
                "groups: 3, minimumDifference: 5 | 14 | 1 | aggregation.minimumDifference is 5, but"
                    + " the smallest of 3 groups of 14 sites has 4; lower it or use fewer groups.",
                "groups: 3 | 603 | 0 | aggregation.groups is 3, but a group of 201 sites is larger"
                        + " than 200; raise it.",
            })
    void aRosterThatDoesNotMakeThemIsNamed(String sums, int n, int colluders, String sentence) {
        var refused =
                assertThrows(
                        ConfideException.class,
                        () -> Planner.plan(job(sums), STUDY, roster(n, colluders), SEED));
        assertEquals(ErrorCode.BAD_FILE, refused.code());
        assertEquals(sentence, refused.sentence());
    }

    @Test
    void aPlanIsNotRunAgainOverARosterThatDoesNotMakeItsGroups() {
        var plan = Planner.plan(job("groups: 5"), STUDY, roster(20, 1), SEED);
        var refused =
                assertThrows(
                        ConfideException.class, () -> Planner.again(plan, roster(19, 1), SEED));
        assertEquals(ErrorCode.CONFLICT, refused.code());
    }
}
