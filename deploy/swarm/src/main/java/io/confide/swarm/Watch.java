package io.confide.swarm;

import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.site.Reaction;
import io.confide.common.wire.CoordinatorBody;
import io.confide.common.wire.SiteBody;
import io.confide.coordinator.port.LogEntry;

import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** The oracles: they see every effect of both sides and keep the first invariant that is broken. */
final class Watch {
    /** A job that has not completed by then fails for what it met while the network was ill. */
    private static final long OWED_FROM = Scenarios.HEALS_AT + 120_000;

    /** So slow a site has no place in a round. */
    static final long TOO_SLOW_MILLIS = (Kit.ROUND_SECONDS - 5) * 1_000L;

    private static final int DISPUTE_DELAY_MILLIS_MAX = 500;

    private static final String MISTAKE = "The coordinator made a mistake";

    private final World world;
    private final LogWatch journal;
    private final ToldWatch told;
    private final SiteWatch sites;
    private Optional<Violation> violation = Optional.empty();

    Watch(World world) {
        this.world = world;
        this.journal = new LogWatch(world, this);
        this.told = new ToldWatch(world, this, journal);
        this.sites = new SiteWatch(world, this);
    }

    Optional<Violation> violation() {
        return violation;
    }

    void broken(int oracle, String sentence) {
        if (violation.isEmpty()) {
            violation = Optional.of(new Violation(oracle, sentence));
            world.trace().add("BROKEN " + oracle + " " + sentence);
        }
    }

    void require(int oracle, boolean holds, String sentence) {
        if (!holds) {
            broken(oracle, sentence);
        }
    }

    void limit(boolean holds, String sentence) {
        require(10, holds, sentence);
    }

    /** These entries are durable now. */
    void appended(Coordinator process, List<LogEntry> entries) {
        require(
                5,
                world.log().isNewest(process.token()),
                "coordinator " + process.number() + " wrote although another one leads");
        entries.forEach(journal::appended);
    }

    /** The driver lets a site see this. */
    void told(Coordinator process, CoordinatorBody body) {
        if (body instanceof CoordinatorBody.Protocol(var message)) {
            world.trace().add("coordinator " + process.number() + " says " + Words.of(message));
            told.told(
                    message,
                    world.log().isNewest(process.token())
                            ? ToldWatch.Leads.YES
                            : ToldWatch.Leads.NO_MORE);
        }
    }

    /** A site lets the network see this. */
    void said(Site site, SiteBody body) {
        sites.said(site, body);
    }

    /** A site takes part in a round. */
    void joins(Site site, CoordinatorMessage.Open open) {
        sites.joins(site, open);
    }

    /** The set of inputs that the driver fixed for a round, whatever an attacker tells. */
    Optional<SiteSet> fixed(long round) {
        return told.fixed(round);
    }

    /** A site has masked its input and is about to send it. */
    void uploads(Site site, Reaction.Upload upload, long[] plain) {
        sites.uploads(site, upload, plain);
    }

    /** The world is over, or its time is up. */
    void end() {
        var seen = world.leaders().seen();
        world.tally().count("job " + seen.state());
        if (violation.isPresent()) {
            return;
        }
        require(
                9,
                world.leaders().isOver() || !(isOwed() || wouldBeOwed()),
                "the job has not ended: " + seen.state() + " " + seen.reason());
        require(
                0,
                seen.reason().filter(reason -> reason.contains(MISTAKE)).isEmpty(),
                "the driver met a situation that it does not know");
        if (world.scenario().isCalm()) {
            require(
                    9,
                    world.isCompleted(),
                    "the job failed although nothing went wrong: " + seen.reason());
        }
        boolean healed = world.time().now() >= OWED_FROM;
        require(
                9,
                world.isCompleted() || !(isOwed() || (healed && wouldBeOwed())),
                "the job failed although enough sites stayed: " + seen.reason());
    }

    /**
     * Whether so many sites stayed and met nothing that the job must complete. A coordinator that is lost takes the sum with
     * it: if then an input does not come again of a round in which a site has revealed, its inputs are spent for good.
     */
    private boolean isOwed() {
        boolean all = world.troubled().isEmpty();
        boolean enough = isEnoughWithout(world.troubled()) && world.leaders().processes() == 1;
        return !world.scenario().isAttacked() && !disputesTakeLong() && (all || enough);
    }

    /** A false share is found by asking for proofs, one after another, within the time of a round: a slow network has not enough. */
    private boolean disputesTakeLong() {
        return world.scenario().rates().delayMillisMax() > DISPUTE_DELAY_MILLIS_MAX
                && world.scenario().ops().stream()
                        .anyMatch(
                                op -> op instanceof Op.Lies(_, var lie) && lie == Op.Lie.BAD_SHARE);
    }

    /** Whether it must complete because the network is well again: every site is back that is not gone or dishonest. */
    private boolean wouldBeOwed() {
        var missing = new TreeSet<Integer>();
        for (var op : world.scenario().ops()) {
            switch (op) {
                case Op.SiteDies(_, var site) -> missing.add(site);
                case Op.Lies(var site, _) -> missing.add(site);
                case Op.Slow(var site, var millis) when millis >= TOO_SLOW_MILLIS ->
                        missing.add(site);
                default -> {}
            }
        }
        return !world.scenario().isAttacked() && isEnoughWithout(missing);
    }

    /** Whether every group can have a sum although these sites are of no use. */
    private boolean isEnoughWithout(SortedSet<Integer> missing) {
        var kit = world.kit();
        var thresholds = kit.thresholds();
        int least = Math.max(kit.floor, Math.max(thresholds.t(), thresholds.q()));
        for (int place = 0; place < kit.groups.size(); place++) {
            int here = place;
            long gone = missing.stream().filter(site -> kit.placeOf(site) == here).count();
            if (kit.groups.get(place).size() - gone < least) {
                return false;
            }
        }
        return true;
    }
}
