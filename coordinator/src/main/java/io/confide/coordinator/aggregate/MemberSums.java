package io.confide.coordinator.aggregate;

import io.confide.common.model.JobId;
import io.confide.common.secagg.VectorHash;
import io.confide.common.vector.StoredVector;
import io.confide.common.vector.VectorLostException;
import io.confide.common.vector.Words;
import io.confide.coordinator.port.Boot;
import io.confide.coordinator.port.Boots;
import io.confide.coordinator.port.Claims;
import io.confide.coordinator.port.FencingToken;
import io.confide.coordinator.port.InputStaging;
import io.confide.coordinator.port.Partial;
import io.confide.coordinator.port.PartialSums.Folding;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What this member of a cluster adds up of the inputs that were uploaded to it, for whoever leads their jobs (PROTOCOL.md R2
 * to R5). Thread-safe; what it does may take long, except for {@link #unseal}.
 *
 * <p>An input is in a sum only after its row says so, and the row is this boot's: a sum whose boot was fenced, or that may be
 * half an input short, is never asked for again.
 */
public final class MemberSums {
    private static final Logger LOG = LoggerFactory.getLogger(MemberSums.class);

    /** Of a job that nobody leads. */
    static final Duration KEPT = Duration.ofMinutes(10);

    private final Member member;
    private final Boots boots;
    private final Claims claims;
    private final InputStaging staging;
    private final Lock beginning;
    private final CurrentSums sums;

    /**
     * Who adds.
     *
     * @param name of the member
     * @param lease how long a boot may add without being kept
     * @param boots gives each boot its number
     * @param nanos a clock of this process
     */
    public record Member(String name, Duration lease, Supplier<UUID> boots, LongSupplier nanos) {}

    /** Adds nothing before it was {@linkplain #keep kept} for the first time. */
    public MemberSums(Member member, Boots boots, Claims claims, InputStaging staging) {
        this(member, boots, claims, staging, Locks.USUAL);
    }

    /** @param locks what threads wait for; nothing else here makes one wait for another */
    MemberSums(Member member, Boots boots, Claims claims, InputStaging staging, Locks locks) {
        this.member = member;
        this.boots = boots;
        this.claims = claims;
        this.staging = staging;
        this.beginning = locks.of(Locks.Guarded.BOOT);
        this.sums = new CurrentSums(locks, member.nanos());
    }

    /** The boot of this member that adds now; empty where none could begin. */
    public Optional<Boot> boot() {
        return sums.boot();
    }

    /** Begins the first boot, keeps it, and begins another one where it was fenced; to be called several times per lease. */
    public void keep() {
        boot().ifPresentOrElse(this::keep, this::begin);
    }

    private void keep(Boot now) {
        if (!boots.keep(now, member.lease())) {
            end(now);
        }
    }

    /** Drops every sum and begins another boot: nobody may rely on what this one has added (R3). */
    public void reboot() {
        boot().ifPresent(this::end);
    }

    private void begin() {
        beginning.lock();
        try {
            if (boot().isEmpty()) {
                var next = new Boot(member.boots().get());
                boots.begin(next, member.name(), member.lease());
                sums.begun(next);
            }
        } finally {
            beginning.unlock();
        }
    }

    /** Called with no lock held but that of a row. */
    private void end(Boot ended) {
        sums.ended(ended).ifPresent(this::beginAfter);
    }

    private void beginAfter(List<RoundSum> dropped) {
        LOG.warn("event=bootEnded rounds={}", dropped.size());
        dropped.forEach(RoundSum::drop);
        try {
            begin();
        } catch (RuntimeException e) {
            LOG.warn("event=bootNotBegun", e);
        }
    }

    private Optional<CurrentSums.Entered> enter(JobId job, long round) {
        var entered = sums.enter(job, round);
        sums.old(job).forEach((old, sum) -> forget(job, old, sum));
        return entered;
    }

    /**
     * Verifies and adds an input whose header the leader has checked.
     *
     * @param leader whoever leads the job; one that is not the newest gets MISSING
     * @param words length of the vector
     */
    public Folding fold(FencingToken leader, Claims.Input input, int words) {
        if (!sums.admits(leader, input.job())) {
            return Folding.MISSING;
        }
        return enter(input.job(), input.round())
                .map(entered -> foldInTurn(entered, input, words))
                .orElse(Folding.MISSING);
    }

    /** The second of two that are to fold one input waits here, and then sees its row. */
    private Folding foldInTurn(CurrentSums.Entered at, Claims.Input input, int words) {
        var row = at.sum().row(input.site());
        row.lock();
        try {
            return new InputReader(staging, input.job(), input.round())
                    .whole(input.site(), (long) Words.BYTES * words)
                    .map(vector -> fold(at, input, vector))
                    .orElse(Folding.MISSING);
        } finally {
            row.unlock();
        }
    }

    private Folding fold(CurrentSums.Entered at, Claims.Input input, StoredVector vector) {
        return switch (claims.claim(input, at.boot())) {
            case CLAIMED -> add(at, input, vector, Claims.Claim.CLAIMED);
            case FOLDED ->
                    switch (at.sum().holds(input.site())) {
                        case HELD -> Folding.FOLDED;
                        // Nobody knew whether the row was written, or a former leader gave the
                        // round up: it is true again as soon as the input is added.
                        case NOT_HELD -> add(at, input, vector, Claims.Claim.FOLDED);
                        case OVER -> Folding.MISSING;
                    };
            case FOLDED_ELSEWHERE -> Folding.FOLDED;
            case ANOTHER_INPUT -> Folding.ANOTHER_INPUT;
            case FENCED -> {
                end(at.boot());
                yield Folding.MISSING;
            }
        };
    }

    /**
     * Several inputs are hashed at once; only the adding is one after the other.
     *
     * @param row what it says before
     */
    private Folding add(
            CurrentSums.Entered at, Claims.Input input, StoredVector vector, Claims.Claim row) {
        try {
            if (!VectorHash.of(vector).value().equals(input.proof().vectorHash())) {
                return Folding.WRONG_HASH;
            }
        } catch (VectorLostException e) {
            return Folding.MISSING;
        }
        boolean sound = false;
        try {
            var added =
                    at.sum()
                            .add(
                                    input,
                                    vector,
                                    () -> row == Claims.Claim.FOLDED || isFolded(input, at.boot()));
            sound = true;
            return switch (added) {
                case ADDED -> Folding.FOLDED;
                case REFUSED -> Folding.MISSING;
            };
        } catch (RoundSum.HalfAddedException e) {
            LOG.error("event=inputHalfAdded job={} round={}", input.job(), input.round(), e);
            return Folding.MISSING;
        } finally {
            if (!sound) {
                end(at.boot());
            }
        }
    }

    /** Where nobody knows whether the row was written, nothing is added: the next to ask for the input sees it. */
    private boolean isFolded(Claims.Input input, Boot boot) {
        try {
            return claims.fold(input, boot);
        } catch (RuntimeException e) {
            LOG.warn("event=foldUncertain job={} round={}", input.job(), input.round(), e);
            return false;
        }
    }

    /**
     * A sum that nothing is added to any more.
     *
     * @param generation which seal of it this is
     * @param partial empty if nothing is in it
     */
    public record Sealed(long generation, Optional<Partial> partial) {
        static final Sealed NOTHING = new Sealed(0, Optional.empty());
    }

    /**
     * Seals the sum of a round, also one of no input (R4); waits for the add in progress. Empty if {@code leader} is not the
     * newest.
     */
    public Optional<Sealed> seal(FencingToken leader, JobId job, long round) {
        if (!sums.admits(leader, job)) {
            return Optional.empty();
        }
        endIfFenced();
        var entered = enter(job, round);
        return Optional.of(
                entered.flatMap(at -> at.sum().seal().map(seal -> sealed(at.boot(), seal)))
                        .orElse(Sealed.NOTHING));
    }

    /** A sum that does not count any more need not be fetched. */
    private void endIfFenced() {
        try {
            boot().ifPresent(this::keep);
        } catch (RuntimeException e) {
            LOG.warn("event=bootNotKept", e);
        }
    }

    private Sealed sealed(Boot now, RoundSum.Seal seal) {
        return new Sealed(
                seal.generation(),
                seal.hash().map(hash -> new Partial(member.name(), now, seal.inputs(), hash)));
    }

    /** Lets a sealed sum grow again; waits for nothing. */
    public void unseal(FencingToken leader, JobId job, long round) {
        if (sums.admits(leader, job)) {
            sums.enter(job, round).ifPresent(at -> at.sum().unseal());
        }
    }

    /** Of which sealed sum something is read. */
    public record Place(JobId job, long round, Boot boot, long generation) {}

    /** The little-endian bytes of some words of a sealed sum; empty if it is not there any more as it was sealed. */
    public Optional<byte[]> read(Place place, int from, int count) {
        return sums.enter(place.job(), place.round())
                .filter(at -> at.boot().equals(place.boot()))
                .flatMap(at -> at.sum().read(place.generation(), from, count));
    }

    /** The round is over. */
    public void discard(FencingToken leader, JobId job, long round) {
        if (sums.admits(leader, job)) {
            sums.discard(job, round).ifPresent(RoundSum::drop);
            staging.discard(job, round);
        }
    }

    /** Something is staged for a round, which is to be forgotten with it, whoever forgets to say so. Waits for nothing. */
    public void staged(JobId job, long round) {
        sums.enter(job, round);
    }

    /** Forgets the jobs that nobody has led for a while, as it has heard; these are led now. */
    public void led(Set<JobId> now) {
        sums.unled(now, KEPT)
                .forEach((job, rounds) -> rounds.forEach((n, sum) -> forget(job, n, sum)));
    }

    private void forget(JobId job, long round, RoundSum sum) {
        LOG.info("event=sumForgotten job={} round={}", job, round);
        sum.drop();
        staging.discard(job, round);
    }
}
