package io.confide.participant.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.encoding.Payloads;
import io.confide.common.model.Fold;
import io.confide.common.model.Groups;
import io.confide.common.model.ModelSpec;
import io.confide.common.model.Plan;
import io.confide.common.model.Task;
import io.confide.common.secagg.Partition;
import io.confide.common.secagg.Roster;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.wire.SiteBody;
import io.confide.participant.app.RoundAudits;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** Real sessions of twelve sites under a plan that sums them in three groups (PROTOCOL.md §6). */
class GroupedSessionTest {
    private static final int GROUPS = 3;
    private static final Task TRAIN = new Task.Train(new Fold.All());

    @TempDir Path directory;
    private TestConsortium consortium;

    private TestConsortium consortium(int sites) {
        consortium = new TestConsortium(directory, sites, plan());
        for (var site : consortium.sites) {
            site.trainer = TestSite.trainer((_, _) -> payload());
        }
        return consortium.start();
    }

    private static Map<String, double[]> payload() {
        double[] update = new double[3];
        Arrays.fill(update, 0.25);
        return Map.of(
                Payloads.UPDATE,
                update,
                Payloads.WEIGHT,
                new double[] {0.5},
                Payloads.LOSS,
                new double[] {1});
    }

    private static Plan plan() {
        var plan = Studies.plan(new ModelSpec.Logistic());
        var sums = plan.aggregation();
        return new Plan(
                plan.name(),
                plan.study(),
                plan.model(),
                plan.training(),
                new Plan.Aggregation(
                        sums.minimumIncluded(),
                        sums.colluders(),
                        sums.clipNorm(),
                        sums.bits(),
                        sums.recordsMax(),
                        sums.roundSeconds(),
                        sums.rounding(),
                        sums.rotation(),
                        1,
                        Optional.of(new Groups(GROUPS, Groups.Combine.MEDIAN, 1))),
                plan.evaluation(),
                plan.release(),
                plan.seed());
    }

    @AfterEach
    void close() {
        consortium.close();
    }

    @Test
    void aSiteIsSummedWithItsGroupAndCanProveItOffline() throws Exception {
        consortium(12).offerToAll();
        var groups = Partition.of(consortium.protocolRoster(), GROUPS).groups();
        for (int place = 0; place < GROUPS; place++) {
            var group = consortium.among(groups.get(place));
            // Numbers are the job's, so the second group's rounds begin where the first one's end.
            group.setUp(place + 1, place + 1);
            var round = group.round(place + 1, TRAIN);
            var everybody = IntStream.range(0, 4).boxed().toList();
            everybody.forEach(site -> group.collect(round, site));
            var sum = group.finish(round, group.codec(TRAIN), everybody);
            assertEquals(4 * 0.5, sum.get(Payloads.WEIGHT)[0], 1e-6);
        }
        var member = groups.get(1).member(2);
        var site = consortium.sites.get(index(member));
        // Its answer comes after it has handled the Result.
        consortium.offer(site);
        var home = site.home;
        try (var receipts = Files.list(home.receipts())) {
            var report =
                    RoundAudits.ofFile(
                            receipts.findFirst().orElseThrow(),
                            home.roster(),
                            member.site(),
                            OptionalLong.empty());
            assertTrue(report.holds(), report::toString);
            var details = report.rounds().getFirst().details().orElseThrow();
            assertTrue(details.counted());
            assertEquals(
                    groups.get(1).members().stream().map(Roster.Member::site).toList(),
                    details.included());
            assertEquals(groups.get(1).q(), details.quorum());
        }
    }

    /** P1: neither the whole roster nor a group of the coordinator's choice is what this site works out. */
    @Test
    void aSiteRefusesKeysWithAnybodyElse() {
        consortium(12).offerToAll();
        var groups = Partition.of(consortium.protocolRoster(), GROUPS).groups();
        int victim = index(groups.getFirst().member(0));
        assertEquals("K1", refusal(victim, consortium));
        assertEquals("K1", refusal(victim, consortium.among(groups.get(1))));
        var mixed =
                List.of(
                        groups.getFirst().member(0),
                        groups.getFirst().member(1),
                        groups.getFirst().member(2),
                        groups.get(1).member(0));
        var chosen = new Roster(1, 0, groups.getFirst().coordinatorKey(), mixed);
        assertEquals("K1", refusal(victim, consortium.among(chosen)));
        // With its own group the same site goes on.
        var hello = consortium.among(groups.getFirst()).proposal(1);
        assertInstanceOf(
                SiteMessage.Hello.class,
                assertInstanceOf(SiteBody.Protocol.class, consortium.ask(victim, hello)).message());
    }

    private String refusal(int site, TestConsortium others) {
        return assertInstanceOf(SiteBody.Declined.class, consortium.ask(site, others.proposal(1)))
                .check();
    }

    @Test
    void aRosterThatDoesNotMakeTheGroupsIsDenied() {
        var answer = consortium(11).offer(consortium.sites.getFirst());
        assertEquals(SiteBody.Verdict.DENIED, answer.verdict());
        assertEquals(
                List.of(
                        "The roster that this site approved has too few sites for the groups of"
                                + " the plan."),
                answer.reasons());
    }

    private int index(Roster.Member member) {
        return consortium.protocolRoster().indexOf(member.site()).orElseThrow();
    }
}
