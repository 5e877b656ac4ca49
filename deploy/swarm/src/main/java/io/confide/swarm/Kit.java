package io.confide.swarm;

import io.confide.common.crypto.SigningKey;
import io.confide.common.encoding.InitialModel;
import io.confide.common.encoding.ParameterManifest;
import io.confide.common.encoding.Payloads;
import io.confide.common.layout.Label;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.Feature;
import io.confide.common.model.Groups;
import io.confide.common.model.JobId;
import io.confide.common.model.ModelSpec;
import io.confide.common.model.ModelState;
import io.confide.common.model.Plan;
import io.confide.common.model.Rotation;
import io.confide.common.model.Rounding;
import io.confide.common.model.SiteId;
import io.confide.common.model.SitePolicy.RolledBackLedger;
import io.confide.common.model.Study;
import io.confide.common.model.Training;
import io.confide.common.secagg.Ring;
import io.confide.common.secagg.Roster;
import io.confide.common.secagg.RosterKeys;
import io.confide.common.secagg.SecAggPolicy;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.server.Addressed;
import io.confide.common.secagg.server.EpochSetup;
import io.confide.common.secagg.server.EpochTerms;
import io.confide.common.secagg.server.KeptEpoch;
import io.confide.common.secagg.site.ModelRules;
import io.confide.common.secagg.site.PreparedSite;
import io.confide.common.secagg.site.Reaction;
import io.confide.common.secagg.site.SiteLimits;
import io.confide.common.secagg.site.SiteProtocol;
import io.confide.common.secagg.site.SiteSetting;
import io.confide.coordinator.driver.JobFacts;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What worlds of one size share: the roster with its identity keys, the plan, and the keys of one epoch of each group; without
 * groups all sites are one. Immutable.
 */
final class Kit {
    static final JobId JOB = new JobId(new UUID(5, 5));
    static final int ROUND_SECONDS = 20;
    static final Digest DATA = Digest.of(new byte[] {1});

    private static final Duration DEADLINE_MAX = Duration.ofSeconds(ROUND_SECONDS + 60);
    private static final int COLLUDERS = 1;
    private static final int MINIMUM_INCLUDED = 3;
    private static final int EPOCH_ROUNDS = 16;
    private static final double CLIP = 4;

    final SigningKey coordinatorKey;
    final List<SigningKey> identities = new ArrayList<>();
    final Roster roster;

    /** By PROTOCOL.md §6.1, and not by the code that follows it; all of one size. */
    final List<Roster> groups;

    private final List<RosterKeys> keys;
    final JobFacts facts;
    final ModelState initial;
    final List<KeptEpoch> epochs = new ArrayList<>();

    /** The fewest inputs that a sum may be over, by the rules of PROTOCOL.md §1 and not by the code that follows them. */
    final int floor;

    final List<PreparedSite> prepared;

    private final Digest architecture;

    Kit(int sites, int rounds, int count) {
        var random = new SeededRandom(Concern.SECRETS.random(1_000L * sites + rounds));
        coordinatorKey = SigningKey.generate(random);
        var members = new ArrayList<Roster.Member>();
        for (int i = 0; i < sites; i++) {
            identities.add(SigningKey.generate(random));
            members.add(new Roster.Member(new SiteId("s" + i), identities.get(i).publicKey()));
        }
        roster = new Roster(1, COLLUDERS, coordinatorKey.publicKey(), members);
        groups = groups(count);
        keys = groups.stream().map(RosterKeys::of).toList();
        floor = Math.max(MINIMUM_INCLUDED, groups.getFirst().mMin());
        var plan = plan(sites, rounds, count);
        facts = JobFacts.of(JOB, plan, roster, "swarm");
        initial = InitialModel.of(plan);
        architecture = ParameterManifest.of(plan).hash();
        var made = new ArrayList<SiteProtocol>();
        for (int i = 0; i < sites; i++) {
            var setting = setting(i, new SiteDisk(), random, InstantSource.system());
            made.add(new SiteProtocol(setting, keysOf(i)));
        }
        for (int place = 0; place < count; place++) {
            epochs.add(setUp(place, made));
        }
        prepared = made.stream().map(PreparedSite::of).toList();
    }

    private List<Roster> groups(int count) {
        if (count == 1) {
            return List.of(roster);
        }
        var seed = Digest.of(Label.GROUPS.bytes(), roster.hash().value().unsafeArray());
        var order = Ring.draw(seed, roster.size()).order();
        int size = roster.size() / count;
        var made = new ArrayList<Roster>();
        for (int place = 0; place < count; place++) {
            var members =
                    order.subList(size * place, size * (place + 1)).stream()
                            .sorted()
                            .map(roster::member)
                            .toList();
            made.add(new Roster(1, COLLUDERS, coordinatorKey.publicKey(), members));
        }
        return List.copyOf(made);
    }

    /** The number of the group of a site. */
    int placeOf(int site) {
        return placeOf(roster.member(site).site());
    }

    int placeOf(SiteId site) {
        for (int place = 0; place < groups.size(); place++) {
            if (groups.get(place).indexOf(site).isPresent()) {
                return place;
            }
        }
        throw new IllegalArgumentException(site + " is in no group");
    }

    /** Thresholds are the same in every group. */
    Roster thresholds() {
        return groups.getFirst();
    }

    RosterKeys keysOf(int site) {
        return keys.get(placeOf(site));
    }

    private KeptEpoch setUp(int place, List<SiteProtocol> sites) {
        var group = groups.get(place);
        var policy =
                SecAggPolicy.completeGraph(
                                group,
                                MINIMUM_INCLUDED,
                                SecAggPolicy.FastPath.ALLOWED,
                                Payloads.codecSetHash(facts.plan(), group.size()),
                                architecture)
                        .withDifference(facts.plan().leastApart());
        var terms = new EpochTerms(JOB, place + 1, 1, EPOCH_ROUNDS, group, policy);
        var setup = new EpochSetup(terms, SiteSet.all(group.size()), coordinatorKey);
        var waiting = new ArrayDeque<Addressed>(setup.begin());
        while (!waiting.isEmpty()) {
            var next = waiting.remove();
            var site = roster.indexOf(group.member(next.site()).site()).orElseThrow();
            if (sites.get(site).on(next.message()) instanceof Reaction.Send(var answer)) {
                setup.accept(next.site(), answer);
                waiting.addAll(setup.advance());
            }
        }
        return setup.kept().orElseThrow();
    }

    /** One number per site in the model, and one for the intercept. */
    private static Plan plan(int sites, int rounds, int groups) {
        var features = new ArrayList<Feature>();
        for (int i = 0; i < sites; i++) {
            features.add(
                    new Feature(
                            "f" + i,
                            Feature.Kind.NUMBER,
                            Optional.empty(),
                            Optional.empty(),
                            Feature.Transform.NONE,
                            0,
                            1));
        }
        var dictionary =
                new Study.Dictionary(
                        new Study.Label("label", "whatever is counted"),
                        "id",
                        features,
                        Study.Missing.ZERO_AFTER_SCALING);
        return new Plan(
                "swarm",
                new Study("swarm", "to simulate", "nobody@example.org", dictionary),
                new ModelSpec.Logistic(),
                new Training(Training.Mode.FEDAVG, rounds, 1, 0, 0.1, 0),
                new Plan.Aggregation(
                        MINIMUM_INCLUDED,
                        COLLUDERS,
                        CLIP,
                        24,
                        1 << 20,
                        ROUND_SECONDS,
                        Rounding.STOCHASTIC,
                        Rotation.NONE,
                        1,
                        groups == 1
                                ? Optional.empty()
                                : Optional.of(new Groups(groups, Groups.Combine.MEDIAN, 1))),
                new Plan.Evaluation(0, 1, 10),
                Plan.Release.WEIGHTS,
                Bytes.wrap(new byte[16]));
    }

    SiteSetting setting(int site, SiteDisk disk, SecureRandom random, InstantSource clock) {
        var group = groups.get(placeOf(site));
        return new SiteSetting(
                JOB,
                group.indexOf(roster.member(site).site()).orElseThrow(),
                identities.get(site),
                group,
                Payloads.codecSetHash(facts.plan(), group.size()),
                architecture,
                new SiteLimits(
                        5000,
                        DEADLINE_MAX,
                        3,
                        1 << 16,
                        SecAggPolicy.COMPLETE_SITES_MAX,
                        facts.plan().aggregation().minimumDifference(),
                        RolledBackLedger.NOTE),
                new SiteSetting.Ports(
                        disk, disk, _ -> ModelRules.Verdict.PERMITTED, random, clock));
    }

    /** What the process of {@code site} calls itself that took part in the prepared set-up. */
    static Bytes preparedBootId(int site) {
        byte[] id = new byte[16];
        id[0] = (byte) (site + 1);
        return Bytes.wrap(id);
    }
}
