package io.confide.participant.app;

import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.SiteId;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What the data steward and the operator of a site do to its home; the running process notices within a second. */
@SuppressWarnings("DoNotCallSuggester")
public final class Steward {
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

    /** A plan the coordinator has offered; {@code approved} tells since when a grant permits it. */
    public record OfferedPlan(
            Digest hash,
            String job,
            String study,
            String model,
            int rounds,
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
        throw notBuilt();
    }

    /** Pins {@code file} as the consortium's roster in {@code home}; a lower version than the pinned one is refused. */
    public static PinnedRoster approveRoster(Path home, Path file) {
        throw notBuilt();
    }

    /** The plans that were offered to this site, newest first. */
    public static List<OfferedPlan> offers(Path home) {
        throw notBuilt();
    }

    /** Writes a grant for the offered plan whose hash starts with {@code hash} (at least 8 hexadecimal digits). */
    public static OfferedPlan approvePlan(Path home, String hash) {
        throw notBuilt();
    }

    /** Takes a grant back; running rounds of the plan stop at the next check. */
    public static OfferedPlan revokePlan(Path home, String hash) {
        throw notBuilt();
    }

    /** Everything that left this site, by job and category. */
    public static EgressReport egress(Path home) {
        throw notBuilt();
    }

    /** Writes a commented policy.yaml that allows nothing yet and returns its path; refuses to overwrite one. */
    public static Path initPolicy(Path home) {
        throw notBuilt();
    }

    private static ConfideException notBuilt() {
        return new ConfideException(ErrorCode.NOT_BUILT, "this is not built yet");
    }
}
