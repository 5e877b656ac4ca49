package io.confide.participant.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.encoding.Payloads;
import io.confide.common.files.RosterDocument;
import io.confide.common.model.Fold;
import io.confide.common.model.Groups;
import io.confide.common.model.ModelSpec;
import io.confide.common.model.Plan;
import io.confide.common.model.Task;
import io.confide.common.secagg.CoordinatorMessage;
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
        return consortium(sites, plan());
    }

    private TestConsortium consortium(int sites, Plan plan) {
        consortium = new TestConsortium(directory, sites, plan);
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
        return plan(3);
    }

    private static Plan plan(int minimumIncluded) {
        var plan = Studies.plan(new ModelSpec.Logistic());
        var sums = plan.aggregation();
        return new Plan(
                plan.name(),
                plan.study(),
                plan.model(),
                plan.training(),
                new Plan.Aggregation(
                        minimumIncluded,
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
        return declined(site, others.proposal(1));
    }

    private String declined(int site, CoordinatorMessage message) {
        return assertInstanceOf(SiteBody.Declined.class, consortium.ask(site, message)).check();
    }

    /** A site that has keys with its group makes none with anybody else, and knows no round but its group's. */
    @Test
    void keysOfTheOwnGroupOpenNothingToAnother() {
        consortium(12).offerToAll();
        var groups = Partition.of(consortium.protocolRoster(), GROUPS).groups();
        var own = consortium.among(groups.getFirst());
        own.setUp(1, 1);
        var other = consortium.among(groups.get(1));
        other.setUp(2, 1);
        int victim = index(groups.getFirst().member(1));
        for (var others : List.of(consortium, other, consortium.among(groups.get(2)))) {
            assertEquals("K1", declined(victim, others.proposal(3)));
        }
        // The same number of a round, certified by four others.
        assertEquals("K8", declined(victim, other.round(1, TRAIN).open()));
        var open = own.round(1, TRAIN).open();
        var first = own.answer(SiteMessage.Upload.class, 1, open);
        var strange = other.round(1, TRAIN);
        IntStream.range(0, 4).forEach(site -> other.collect(strange, site));
        assertEquals("K8", declined(victim, strange.propose().orElseThrow()));
        // What was recorded for one group is sent again to no other, nor under another roster.
        var site = consortium.sites.get(victim);
        restart(site);
        assertEquals("K24", declined(victim, other.round(1, TRAIN).open()));
        assertEquals(first, own.answer(SiteMessage.Upload.class, 1, open));
        repin(site, consortium.roster(2));
        assertEquals("K24", declined(victim, open));
        restart(site);
        assertEquals("K24", declined(victim, open));
    }

    /** Which policy a group of four is too small for, though twelve sites are in the roster. */
    @Test
    void aGroupThatIsSmallerThanThePolicyAllowsIsDenied() {
        consortium(12);
        var cautious = consortium.sites.get(3);
        cautious.policy(Studies.POLICY.replace("minimumCohort: 3", "minimumCohort: 5"));
        var denied = SiteBody.Verdict.DENIED;
        var answer = consortium.offer(cautious);
        while (answer.verdict() != denied) {
            answer = cautious.link.next(SiteBody.PlanAnswer.class);
        }
        assertEquals(
                List.of("Only 4 sites take part; the policy asks for at least 5."),
                answer.reasons());
        assertEquals(
                "K1", refusal(3, consortium.among(groupOf(consortium.protocolRoster(), cautious))));
    }

    /** The plan asks for sums of five, and a coordinator proposes the keys of a group of four, whose least sum is of three. */
    @Test
    void aGroupThatIsSmallerThanThePlansOwnLeastSumGetsNoKeys() {
        consortium(12, plan(5)).offerToAll();
        var group = groupOf(consortium.protocolRoster(), consortium.sites.getFirst());
        assertEquals(4, group.size());
        assertEquals("K1", refusal(0, consortium.among(group)));
    }

    /** A new roster makes new groups: from then on no round of the old one is answered, and no keys are made with it. */
    @Test
    void thePartitionOfAnEpochDoesNotChange() {
        consortium(12).offerToAll();
        var site = consortium.sites.getFirst();
        var before = groupOf(consortium.protocolRoster(), site);
        var old = consortium.among(before);
        old.setUp(1, 1);
        var round = old.round(1, TRAIN);
        repin(site, consortium.roster(2));
        var now = groupOf(consortium.protocolRoster(2), site);
        assertNotEquals(before.hash(), now.hash());
        assertEquals("K24", declined(0, round.open()));
        assertEquals("K1", declined(0, old.proposal(2)));
        assertEquals("K24", declined(0, round.open()));
        assertInstanceOf(
                SiteMessage.Hello.class,
                assertInstanceOf(
                                SiteBody.Protocol.class,
                                consortium.ask(0, consortium.among(now).proposal(2)))
                        .message());
    }

    private void restart(TestSite site) {
        site.close();
        site.start();
        assertEquals(SiteBody.Verdict.PERMITTED, consortium.offer(site).verdict());
    }

    /** Returns once the site has read the pin: it is there before the policy goes and comes back. */
    private static void repin(TestSite site, RosterDocument roster) {
        site.pin(roster);
        site.removePolicy();
        assertEquals(SiteBody.Verdict.DENIED, site.link.next(SiteBody.PlanAnswer.class).verdict());
        site.policy(Studies.POLICY);
        assertEquals(
                SiteBody.Verdict.PERMITTED, site.link.next(SiteBody.PlanAnswer.class).verdict());
    }

    private static Roster groupOf(Roster roster, TestSite site) {
        return Partition.around(site.name, roster, plan().aggregation().groups()).orElseThrow();
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
