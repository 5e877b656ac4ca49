package io.confide.participant.app;

import io.confide.common.files.PolicyFile;
import io.confide.common.files.RosterDocument;
import io.confide.common.files.RosterFile;
import io.confide.common.files.Templates;
import io.confide.common.files.Words;
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
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.ModelSpec;
import io.confide.common.model.SiteId;
import io.confide.common.model.SitePolicy;
import io.confide.common.storage.PrivateFiles;
import io.confide.participant.vault.EgressLedger;
import io.confide.participant.vault.Grants;
import io.confide.participant.vault.Home;
import io.confide.participant.vault.Identity;
import io.confide.participant.vault.Offers;
import io.confide.participant.vault.RosterPin;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** What the data steward and the operator of a site do to its home; the running process notices within a second. */
public final class Steward {
    private static final int PREFIX_MIN = 8;

    /**
     * A pinned roster.
     *
     * @param key Ed25519 public key, 64 hexadecimal digits
     */
    public record RosterMember(SiteId site, String key) {}

    public record PinnedRoster(
            Digest hash,
            long version,
            int colluders,
            String coordinatorKey,
            List<RosterMember> members) {
        public PinnedRoster {
            members = List.copyOf(members);
        }
    }

    /**
     * A plan the coordinator has offered.
     *
     * @param group how many sites this one's group has, where the plan sums groups apart and the pinned roster makes them
     * @param approved since when a grant permits it
     */
    public record OfferedPlan(
            Digest hash,
            String job,
            String study,
            String model,
            int rounds,
            OptionalInt group,
            Optional<Instant> approved) {}

    /**
     * What left the house for one job.
     *
     * @param category masked inputs, key shares, signatures, set-up or answers
     * @param job empty for what belongs to no job
     */
    public record EgressLine(String job, String category, long messages, long bytes) {}

    public record EgressReport(
            Optional<Instant> from, Optional<Instant> until, List<EgressLine> lines, long refused) {
        public EgressReport {
            lines = List.copyOf(lines);
        }
    }

    private Steward() {}

    /** Reads a roster file without pinning it, to show the fingerprints. */
    public static PinnedRoster readRoster(Path file) {
        return view(roster(file));
    }

    /** Pins {@code file} as the consortium's roster in {@code home}; a lower version than the pinned one is refused. */
    public static PinnedRoster approveRoster(Path home, Path file, InstantSource clock) {
        var place = new Home(home);
        var roster = roster(file);
        requireSelf(place, roster, file);
        RosterPin.write(place, roster);
        note(place, clock.instant(), "roster.approve", "roster/" + RosterPin.hash(roster).hex());
        return view(roster);
    }

    /** The plans that were offered to this site, newest first. */
    public static List<OfferedPlan> offers(Path home, InstantSource clock) {
        var place = new Home(home);
        var now = clock.instant();
        return Offers.all(place).stream().map(offer -> view(place, offer, now)).toList();
    }

    /**
     * Writes a grant for the offered plan whose hash starts with {@code hash} (at least 8 hexadecimal digits).
     *
     * @throws ConfideException NOT_FOUND, or DENIED with the reasons if the policy does not allow such a plan at all
     */
    public static OfferedPlan approvePlan(Path home, String hash, InstantSource clock) {
        var place = new Home(home);
        var offer = find(place, hash);
        var now = clock.instant();
        requireAllowed(place, offer, now);
        grant(place, offer, Grant.Standing.ACTIVE, now);
        return view(place, offer, now);
    }

    /** Takes a grant back; running rounds of the plan stop at the next check. */
    public static OfferedPlan revokePlan(Path home, String hash, InstantSource clock) {
        var place = new Home(home);
        var offer = find(place, hash);
        var now = clock.instant();
        grant(place, offer, Grant.Standing.REVOKED, now);
        return view(place, offer, now);
    }

    /** Everything that left this site, by job and category. */
    public static EgressReport egress(Path home) {
        return EgressSummary.of(EgressLedger.read(new Home(home).egress()));
    }

    /** Writes a commented policy.yaml that allows nothing yet and returns its path; refuses to overwrite one. */
    public static Path initPolicy(Path home) {
        var place = new Home(home);
        if (Files.exists(place.policy())) {
            throw new ConfideException(
                    ErrorCode.CONFLICT,
                    place.policy() + " exists already; edit it, or move it away first");
        }
        boolean isNew = !Files.exists(home);
        // Where the first line of the template tells an editor to look.
        var schema = home.resolve(Templates.Kind.POLICY.schemaName());
        boolean written = false;
        try {
            PrivateFiles.createDirectory(home);
            write(schema, Templates.schema(Templates.Kind.POLICY));
            write(place.policy(), Templates.text(Templates.Kind.POLICY));
            written = true;
            return place.policy();
        } finally {
            if (!written) {
                PrivateFiles.deleteQuietly(schema);
                if (isNew) {
                    PrivateFiles.deleteQuietly(home);
                }
            }
        }
    }

    private static void write(Path file, String text) {
        PrivateFiles.write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    private static RosterDocument roster(Path file) {
        byte[] text = PrivateFiles.read(file, "the consortium's administrator has the roster file");
        return RosterFile.parse(new String(text, StandardCharsets.UTF_8));
    }

    private static void requireSelf(Home home, RosterDocument roster, Path file) {
        var card = Identity.open(home).card();
        boolean named =
                roster.members().stream()
                        .anyMatch(
                                member ->
                                        member.site().equals(card.site())
                                                && member.key().equals(card.identityKey()));
        if (!named) {
            throw new ConfideException(
                    ErrorCode.ROSTER_NOT_APPROVED,
                    file
                            + " does not name "
                            + card.site()
                            + " with this site's identity key "
                            + card.identityKey().hex()
                            + "; tell the consortium the key and ask for a new roster");
        }
    }

    private static PinnedRoster view(RosterDocument roster) {
        return new PinnedRoster(
                RosterPin.hash(roster),
                roster.version(),
                roster.colluders(),
                roster.coordinatorKey().hex(),
                roster.members().stream()
                        .map(member -> new RosterMember(member.site(), member.key().hex()))
                        .toList());
    }

    private static Offers.Offer find(Home home, String hash) {
        String prefix = hash.strip().toLowerCase(Locale.ROOT);
        var matching =
                Offers.all(home).stream()
                        .filter(offer -> offer.hash().hex().startsWith(prefix))
                        .toList();
        if (prefix.length() < PREFIX_MIN || matching.size() != 1) {
            throw new ConfideException(
                    ErrorCode.NOT_FOUND,
                    "no single offered plan starts with "
                            + prefix
                            + "; give the whole hash, as confide participant approve lists it");
        }
        return matching.getFirst();
    }

    private static void requireAllowed(Home home, Offers.Offer offer, Instant now) {
        var site = Identity.open(home).card().site();
        var policy =
                Files.exists(home.policy())
                        ? Optional.of(PolicyFile.load(home.policy()))
                        : Optional.<SitePolicy>empty();
        var datasets =
                new BoundDatasets(home, site, ParticipantProcess.configuration(home).datasets())
                        .datasets();
        int cohort = SummedWith.sites(home, site, offer.plan()).orElse(Integer.MAX_VALUE);
        var actor = Actor.at(site, Role.STEWARD);
        var work = new Target.Work(offer.plan(), offer.hash(), cohort);
        var verdict =
                new Decider(Facts.atSite(site, policy, Grants.all(home), datasets))
                        .decide(actor, Action.APPROVE_PLAN, work, now);
        append(home, Event.of(now, actor, Action.APPROVE_PLAN, work, verdict));
        if (verdict instanceof Verdict.Deny deny) {
            throw new ConfideException(
                    ErrorCode.DENIED,
                    "this plan cannot be approved as the policy stands: "
                            + String.join(" ", deny.sentences()));
        }
    }

    private static void grant(Home home, Offers.Offer offer, Grant.Standing standing, Instant now) {
        var site = Identity.open(home).card().site();
        Grants.write(
                home,
                offer.hash(),
                new Grant(
                        Grant.Kind.PLAN,
                        Actor.at(site, Role.STEWARD).id(),
                        "coordinator",
                        offer.hash().hex(),
                        now,
                        Optional.empty(),
                        standing));
        note(home, now, "grant." + Words.of(standing), "plan/" + offer.hash().hex());
    }

    private static OfferedPlan view(Home home, Offers.Offer offer, Instant now) {
        return new OfferedPlan(
                offer.hash(),
                offer.plan().name(),
                offer.plan().study().name(),
                model(offer.plan().model()),
                offer.plan().schedule().size(),
                SummedWith.group(home, offer.plan()),
                Grants.find(home, offer.hash()).filter(grant -> grant.live(now)).map(Grant::from));
    }

    private static String model(ModelSpec model) {
        return switch (model) {
            case ModelSpec.Logistic _ -> "logistic";
            case ModelSpec.Mlp(var hidden) -> "mlp " + hidden;
        };
    }

    private static void note(Home home, Instant now, String action, String target) {
        var site = Identity.open(home).card().site();
        append(home, Event.of(now, Actor.at(site, Role.STEWARD).id(), action, target));
    }

    private static void append(Home home, Event event) {
        PrivateFiles.createDirectory(home.state());
        try (var log = EventLog.open(home.events())) {
            log.append(event);
        }
    }
}
