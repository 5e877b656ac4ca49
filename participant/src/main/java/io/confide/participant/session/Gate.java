package io.confide.participant.session;

import io.confide.common.files.PolicyFile;
import io.confide.common.governance.Action;
import io.confide.common.governance.Actor;
import io.confide.common.governance.Decider;
import io.confide.common.governance.Event;
import io.confide.common.governance.EventLog;
import io.confide.common.governance.Facts;
import io.confide.common.governance.Grant;
import io.confide.common.governance.Role;
import io.confide.common.governance.Target;
import io.confide.common.governance.Verdict;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Guarantee;
import io.confide.common.model.Plan;
import io.confide.common.model.SiteId;
import io.confide.common.model.SitePolicy;
import io.confide.common.secagg.Roster;
import io.confide.participant.vault.Grants;
import io.confide.participant.vault.Home;
import io.confide.participant.vault.RosterPin;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What this site permits, from the steward's files alone. A file that cannot be read permits nothing. Every verdict goes
 * to the event log before it is acted on. One thread.
 */
public final class Gate {
    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);
    private static final Actor COORDINATOR = Actor.of("coordinator", Role.COORDINATOR);

    private final Home home;
    private final SiteId site;
    private final EventLog log;
    private final InstantSource clock;
    private List<Stamp> stamps = List.of();
    private volatile Optional<SitePolicy> policy = Optional.empty();
    private List<Grant> grants = List.of();
    private Optional<Roster> roster = Optional.empty();

    public Gate(Home home, SiteId site, EventLog log, InstantSource clock) {
        this.home = home;
        this.site = site;
        this.log = log;
        this.clock = clock;
        refresh();
    }

    /** Whether the files are those of the last look. */
    public enum Change {
        NONE,
        CHANGED
    }

    private record Stamp(Path file, long modified, long size) {}

    /** Looks at the files and reads them again if one of them has changed. */
    public Change refresh() {
        var now = stamps();
        if (now.equals(stamps)) {
            return Change.NONE;
        }
        stamps = now;
        policy = readPolicy();
        grants = readGrants();
        roster = readRoster();
        return Change.CHANGED;
    }

    /** The roster that the steward pinned. */
    public Optional<Roster> roster() {
        return roster;
    }

    /** The steward's policy as of the last look; empty if there is none that can be read. May be asked by any thread. */
    public Optional<SitePolicy> policy() {
        return policy;
    }

    /** The smallest sum that the policy lets this site answer for, given what a plan asks. */
    public int minimumIncluded(Target.Work work) {
        int planned = work.plan().aggregation().minimumIncluded();
        return policy.flatMap(allowed -> allowed.allowance(work.plan().study().name()))
                .map(allowance -> Math.max(allowance.minimumIncluded(), planned))
                .orElse(planned);
    }

    /** In how many sites two sums of a job must differ if they are not over the same ones, given what a plan asks (K17). */
    public int minimumDifference(Target.Work work) {
        Plan plan = work.plan();
        int asked =
                policy.flatMap(allowed -> allowed.allowance(plan.study().name()))
                        .map(SitePolicy.Allowance::minimumDifference)
                        .orElse(1);
        return switch (plan.guarantee()) {
            case Guarantee.None _ -> Math.max(asked, plan.leastApart());
            case Guarantee.RecordLevel _ -> plan.leastApart();
        };
    }

    /** What follows where another site's privacy ledger has fallen behind (K7). */
    public SitePolicy.RolledBackLedger rolledBackLedger(Target.Work work) {
        return policy.flatMap(allowed -> allowed.allowance(work.plan().study().name()))
                .map(SitePolicy.Allowance::rolledBackLedger)
                .orElse(SitePolicy.RolledBackLedger.NOTE);
    }

    /** Asks decide() for the coordinator's {@code action} on {@code work} and logs the verdict. */
    public Verdict decide(Action action, Target.Work work, List<Target.Dataset> datasets) {
        var now = clock.instant();
        var verdict = new Decider(facts(datasets)).decide(COORDINATOR, action, work, now);
        log.append(Event.of(now, COORDINATOR, action, work, verdict));
        return verdict;
    }

    private Facts facts(List<Target.Dataset> datasets) {
        var facts = Facts.atSite(site, policy, grants, datasets);
        return roster.map(pinned -> facts.withColluders(pinned.colluders())).orElse(facts);
    }

    private Optional<SitePolicy> readPolicy() {
        try {
            return Files.exists(home.policy())
                    ? Optional.of(PolicyFile.load(home.policy()))
                    : Optional.empty();
        } catch (ConfideException e) {
            LOG.error(
                    "event=policyUnreadable consequence=\"every job is refused\" reason=\"{}\"",
                    e.getMessage());
            return Optional.empty();
        }
    }

    private List<Grant> readGrants() {
        try {
            return Grants.all(home);
        } catch (RuntimeException e) {
            LOG.error(
                    "event=grantsUnreadable consequence=\"no plan is approved\" reason=\"{}\"",
                    e.getMessage());
            return List.of();
        }
    }

    private Optional<Roster> readRoster() {
        try {
            return RosterPin.read(home);
        } catch (RuntimeException e) {
            LOG.error(
                    "event=rosterUnreadable consequence=\"no job can start\" reason=\"{}\"",
                    e.getMessage());
            return Optional.empty();
        }
    }

    private List<Stamp> stamps() {
        var files = new ArrayList<>(List.of(home.policy(), home.roster(), home.rosterPin()));
        files.add(home.grants());
        try (var grantFiles =
                Files.isDirectory(home.grants())
                        ? Files.list(home.grants()).sorted()
                        : java.util.stream.Stream.<Path>empty()) {
            grantFiles.forEach(files::add);
        } catch (IOException e) {
            LOG.warn("event=grantsUnlisted reason=\"{}\"", e.getMessage());
        }
        return files.stream().map(Gate::stamp).toList();
    }

    private static Stamp stamp(Path file) {
        try {
            return new Stamp(file, Files.getLastModifiedTime(file).toMillis(), Files.size(file));
        } catch (IOException _) {
            return new Stamp(file, -1, -1);
        }
    }
}
