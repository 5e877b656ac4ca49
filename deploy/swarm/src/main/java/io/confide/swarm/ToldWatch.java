package io.confide.swarm;

import io.confide.common.model.SiteId;
import io.confide.common.secagg.CertBody;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.OpenBody;
import io.confide.common.secagg.ProposeBody;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.SiteSet;

import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The oracles about what the driver lets sites see (2, 4, 5, 6, 10): each message against what is durable at that moment. */
final class ToldWatch {
    private static final int MESSAGES_PER_SITE_AND_ROUND_MAX = 400;

    private final World world;
    private final Watch watch;
    private final LogWatch journal;

    /** By round the one U3 that anybody was told, by whatever process. */
    private final SortedMap<Long, SiteSet> fixed = new TreeMap<>();

    private final SortedMap<Long, Integer> messages = new TreeMap<>();

    /** The rounds of which a Result was told. */
    private final SortedSet<Long> ended = new TreeSet<>();

    enum Leads {
        YES,
        NO_MORE
    }

    ToldWatch(World world, Watch watch, LogWatch journal) {
        this.world = world;
        this.watch = watch;
        this.journal = journal;
    }

    /** @param leads whether who says it holds the lease: one who lost it may repeat what it said, and no more */
    void told(CoordinatorMessage message, Leads leads) {
        switch (message) {
            case CoordinatorMessage.Open open -> {
                var body = OpenBody.parse(open.body().body()).orElseThrow();
                long round = body.context().round().round();
                var durable = running(round, "Open", leads);
                watch.require(
                        5,
                        durable.filter(known -> known.open.equals(open.body().body())).isPresent(),
                        "round " + round + " is opened with bytes that are not durable");
                watch.require(
                        2,
                        body.context().opened().size() >= world.kit().floor,
                        "round " + round + " is opened for " + body.context().opened());
            }
            case CoordinatorMessage.Propose propose -> {
                var body = ProposeBody.parse(propose.body().body()).orElseThrow();
                fix(body.round().round(), body.included(), "Propose", leads);
            }
            case CoordinatorMessage.FastCert cert -> {
                var body = CertBody.parseFast(cert.body().body()).orElseThrow();
                fix(body.context().round().round(), body.included(), "FastCert", leads);
                watch.require(
                        2,
                        body.included().equals(body.context().opened()),
                        "no vote although inputs are missing");
            }
            case CoordinatorMessage.Cert cert -> {
                var body = CertBody.parse(cert.body().body()).orElseThrow();
                long round = body.context().round().round();
                fix(round, body.included(), "Cert", leads);
                int signed =
                        running(round, "Cert", leads).map(known -> known.signed.size()).orElse(0);
                watch.require(
                        2,
                        signed >= world.kit().thresholds().q(),
                        "round " + round + " is certified by " + signed + " durable signatures");
            }
            case CoordinatorMessage.Result result -> {
                var body = ResultBody.parse(result.body().body()).orElseThrow();
                ended.add(body.round().round());
                var durable = journal.round(body.round().round()).flatMap(known -> known.result);
                watch.require(
                        5,
                        durable.filter(result.body().body()::equals).isPresent(),
                        "the Result of round " + body.round().round() + " is not durable");
            }
            case CoordinatorMessage.Proposal _,
                    CoordinatorMessage.Hellos _,
                    CoordinatorMessage.Seeds _,
                    CoordinatorMessage.Kems _,
                    CoordinatorMessage.Deals _,
                    CoordinatorMessage.Summary _,
                    CoordinatorMessage.EpochCert _,
                    CoordinatorMessage.Blame _ -> {}
        }
    }

    Optional<SiteSet> fixed(long round) {
        return Optional.ofNullable(fixed.get(round));
    }

    private Optional<LogWatch.Round> running(long round, String what, Leads leads) {
        int sent = messages.merge(round, 1, Integer::sum);
        watch.limit(
                sent < MESSAGES_PER_SITE_AND_ROUND_MAX * world.scenario().sites(),
                "round " + round + " takes too many messages");
        var durable = journal.round(round);
        watch.require(
                5, durable.isPresent(), what + " of round " + round + ", which is not durable");
        watch.require(
                4,
                leads == Leads.NO_MORE
                        || !(ended.contains(round)
                                || durable.flatMap(known -> known.end).isPresent()),
                what + " of round " + round + " after its end");
        return durable;
    }

    /** U3 is the same for everybody, for ever, and made of inputs that are durable. */
    private void fix(long round, SiteSet included, String what, Leads leads) {
        var before = fixed.putIfAbsent(round, included);
        watch.require(
                4,
                before == null || before.equals(included),
                "round %d is over %s in a %s and was over %s"
                        .formatted(round, included, what, before));
        watch.require(
                2,
                included.size() >= world.kit().floor,
                "round " + round + " asks to open a sum over " + included);
        var durable = running(round, what, leads);
        var sites = new TreeSet<SiteId>();
        var group = world.kit().groups.get(durable.map(known -> known.place).orElse(0));
        watch.require(2, included.rosterSize() == group.size(), "a sum over another roster");
        included.stream().forEach(i -> sites.add(group.member(i).site()));
        watch.require(
                6,
                durable.filter(known -> known.uploads.keySet().containsAll(sites)).isPresent(),
                what + " of round " + round + " names an input that is not durable");
    }
}
