package io.confide.common.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.Groups;
import io.confide.common.model.Groups.Combine;
import io.confide.common.model.JobSpec;
import io.confide.common.model.Plan;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;

class JobGroupsTest {
    private static final String GROUPED =
            Examples.JOB.replace(
                    "minimumIncluded: 6,", "groups: 7, combine: trimmed-mean, spoiledGroups: 2,");

    @Test
    void groupsAreReadAndLowerTheUsualMinimum() {
        var sums = JobFile.parse(GROUPED).aggregation();
        assertEquals(
                Optional.of(new JobSpec.GroupWish(7, Combine.TRIMMED_MEAN, OptionalInt.of(2))),
                sums.groups());
        assertEquals(3, sums.minimumIncluded());
        assertEquals(Optional.empty(), JobFile.parse(Examples.JOB).aggregation().groups());
    }

    /** What is not said follows from the roster's C, but the median always bears what it can. */
    @ParameterizedTest
    @CsvSource({
        "groups: 7, 1, MEDIAN, 3",
        "'groups: 7, combine: trimmed-mean', 0, TRIMMED_MEAN, 1",
        "'groups: 7, combine: trimmed-mean', 2, TRIMMED_MEAN, 2",
        "'groups: 7, combine: trimmed-mean', 5, TRIMMED_MEAN, 3",
        "'groups: 7, combine: krum', 5, KRUM, 2",
        "'groups: 5, combine: multi-krum', 1, MULTI_KRUM, 1",
    })
    void whatIsNotSaidFollowsFromTheRoster(
            String words, int colluders, Combine combine, int tolerated) {
        var groups = plan(words + ",", colluders).aggregation().groups().orElseThrow();
        assertEquals(new Groups(groups.count(), combine, tolerated), groups);
    }

    @Test
    void thePlanFreezesTheGroups() {
        Plan plan = plan("groups: 7, combine: multi-krum,", 2);
        String text = PlanJson.text(plan);
        String frozen = "\"groups\":{\"combine\":\"multi-krum\",\"count\":7,\"tolerated\":2}";
        assertTrue(text.contains(frozen), text);
        assertEquals(plan, PlanJson.parse(PlanJson.bytes(plan)));
        for (String other :
                new String[] {
                    "\"groups\":{\"combine\":\"multi-krum\",\"count\":7,\"tolerated\":3}",
                    "\"groups\":{\"combine\":\"multi-krum\",\"count\":2,\"tolerated\":2}",
                    "\"groups\":{\"combine\":\"mean\",\"count\":7,\"tolerated\":2}",
                    "\"groups\":{\"combine\":\"krum\",\"count\":7,\"tolerated\":2,\"x\":1}",
                    "\"groups\":null",
                }) {
            var bytes = text.replace(frozen, other).getBytes(StandardCharsets.UTF_8);
            assertThrows(
                    IllegalArgumentException.class, () -> PlanJson.parse(Bytes.wrap(bytes)), other);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "groups: 7 | groups: 2 | line 11 aggregation.groups: 2 must be between 3 and 64.",
                "trimmed-mean, spoiledGroups: 2 | mean | line 11 aggregation.combine: unknown value"
                        + " \"mean\". Did you mean \"median\"?",
                "groups: 7, combine: trimmed-mean, spoiledGroups: 2 | combine: median | line 11"
                        + " aggregation.combine: has no meaning without groups. Remove it, or say"
                        + " groups: 3.",
                "groups: 7, combine: trimmed-mean | groups: 4, combine: krum | line 11"
                    + " aggregation.combine: krum bears no spoiled group of 4. Use groups: 5, or"
                    + " combine: median.",
                "trimmed-mean | median | line 11 aggregation.spoiledGroups: the median of 7 groups"
                        + " bears 3 in any case. Remove it.",
                "spoiledGroups: 2 | spoiledGroups: 4 | line 11 aggregation.spoiledGroups:"
                    + " trimmed-mean of 7 groups bears 3 at most. Lower it, or use more groups.",
            })
    void refusesEachMistakeWithItsSentence(String from, String to, String problem) {
        Refusals.one(ErrorCode.BAD_FILE, JobFile::parse, GROUPED, from, to, problem);
    }

    @Test
    void underAGuaranteeGroupsAreNotAvailable() {
        Refusals.one(
                ErrorCode.NOT_BUILT,
                JobFile::parse,
                Examples.PRIVATE_JOB,
                "recordsMax: 500",
                "groups: 3",
                "line 9 aggregation.groups: groups with privacy are not available: the noise is"
                        + " made for one sum of all sites, and the sum of a group would hold too"
                        + " little of it. Remove it.");
        var sums = plan("groups: 3,", 1).aggregation();
        var records = Examples.privatePlan();
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        new Plan(
                                records.name(),
                                records.study(),
                                records.model(),
                                records.training(),
                                new Plan.Aggregation(
                                        records.aggregation().minimumIncluded(),
                                        records.aggregation().colluders(),
                                        2,
                                        16,
                                        500,
                                        30,
                                        sums.rounding(),
                                        sums.rotation(),
                                        1,
                                        sums.groups()),
                                records.evaluation(),
                                records.release(),
                                records.guarantee(),
                                records.seed()));
    }

    private static Plan plan(String words, int colluders) {
        return JobFile.parse(Examples.JOB.replace("minimumIncluded: 6,", words))
                .plan(StudyFile.parse(Examples.STUDY), colluders, Examples.plan().seed());
    }
}
