package io.confide.common.secagg.site;

import io.confide.common.encoding.Encoding;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.RosterKeys;
import io.confide.common.secagg.Subject;

import java.util.OptionalLong;

/**
 * One site's side of secure aggregation for one job (PROTOCOL.md §3.4). It keeps every secret in memory
 * only, lets nothing leave before its checks passed, and overwrites secrets at the end of each round.
 * A new process starts with none: it keeps out of the epochs of the one before (K24) and only repeats the upload that one
 * had recorded last.
 *
 * <p>Not thread-safe; the site's session drives it from one thread. Repeating a message is harmless:
 * the answer is the same bytes.
 */
public final class SiteProtocol implements AutoCloseable {
    private final SetupSide setup;
    private final RoundSide rounds;

    /** A site that has no epoch yet; it continues after the rounds and epochs in its records. */
    public SiteProtocol(SiteSetting setting) {
        this(setting, RosterKeys.of(setting.roster()));
    }

    /** As {@link #SiteProtocol(SiteSetting)}, for several sites in one process that hold the same public keys once. */
    public SiteProtocol(SiteSetting setting, RosterKeys keys) {
        this(
                setting,
                ActiveChecks.all(keys.requireOf(setting.roster())),
                KeySource.of(setting.ports().random()));
    }

    /** As above, for many sites that do not check again what one of them has checked of the messages that all are shown. */
    public SiteProtocol(SiteSetting setting, RosterKeys keys, SharedFindings findings) {
        this(
                setting,
                ActiveChecks.all(keys.requireOf(setting.roster()), findings),
                KeySource.of(setting.ports().random()));
    }

    SiteProtocol(SiteSetting setting, ActiveChecks checks, KeySource keys) {
        this.rounds = new RoundSide(setting, checks);
        this.setup = new SetupSide(setting, checks, keys);
    }

    /**
     * Returns what follows from {@code message}. Refusals are values; an exception comes only from a
     * port that failed, and then nothing was sent.
     */
    public Reaction on(CoordinatorMessage message) {
        try {
            return switch (message) {
                case CoordinatorMessage.Proposal proposal ->
                        setup.proposal(proposal, rounds.last());
                case CoordinatorMessage.Hellos hellos -> setup.hellos(hellos);
                case CoordinatorMessage.Seeds seeds -> setup.seeds(seeds);
                case CoordinatorMessage.Kems kems -> setup.kems(kems);
                case CoordinatorMessage.Deals deals -> setup.deals(deals);
                case CoordinatorMessage.Summary summary -> setup.summary(summary);
                case CoordinatorMessage.EpochCert cert -> enter(cert);
                case CoordinatorMessage.Open open -> rounds.open(open);
                case CoordinatorMessage.Propose propose -> rounds.propose(propose);
                case CoordinatorMessage.Cert cert -> rounds.cert(cert);
                case CoordinatorMessage.FastCert cert -> rounds.fastCert(cert);
                case CoordinatorMessage.Blame blame -> rounds.blame(blame);
                case CoordinatorMessage.Result result -> rounds.result(result);
            };
        } catch (RefusedException e) {
            return new Reaction.Refused(new Refusal(e.check(), subject(message)));
        }
    }

    private Reaction enter(CoordinatorMessage.EpochCert message) throws RefusedException {
        if (setup.isRepeated(message)) {
            return new Reaction.Nothing();
        }
        EpochAttempt.Completed ready = setup.certified(message);
        rounds.enter(ready.epoch());
        SiteEpoch.EpochFacts facts = ready.epoch().facts();
        return new Reaction.EpochReady(
                facts.epoch(),
                facts.firstRound(),
                facts.rounds(),
                facts.accepted().size(),
                ready.rolledBack());
    }

    /**
     * Says that the model of {@code round} arrived over the data plane: {@link Reaction.Nothing} if it
     * hashes to modelHash, else K10. Only for a chunked model, and before the training.
     */
    public Reaction modelArrived(long round, Bytes model) {
        try {
            rounds.joined(round).modelArrived(model);
            return new Reaction.Nothing();
        } catch (RefusedException e) {
            return new Reaction.Refused(new Refusal(e.check(), new Subject.Round(round)));
        }
    }

    /**
     * Asks K11 before the input of {@code round} is made: {@link Reaction.Nothing} if {@link #input} would take it as
     * things are now, else the round is skipped. What a refused input costs, in time or privacy, is then not spent.
     */
    public Reaction mayMakeInput(long round, Digest dataVersion) {
        try {
            rounds.joined(round).requireUnspent(dataVersion);
            return new Reaction.Nothing();
        } catch (RefusedException e) {
            return new Reaction.Refused(new Refusal(e.check(), new Subject.Round(round)));
        }
    }

    /**
     * Returns the upload of {@code words}, the encoded input of {@code round} with its canaries. Takes
     * ownership of the array: it is masked in place. K11 holds it back if inputs of this model, config
     * and {@code dataVersion} left before; then the round is skipped.
     */
    public Reaction input(long round, long[] words, Digest dataVersion) {
        try {
            return rounds.joined(round).upload(words, dataVersion);
        } catch (RefusedException e) {
            return new Reaction.Refused(new Refusal(e.check(), new Subject.Round(round)));
        }
    }

    /**
     * As {@link #input(long, long[], Digest)} of a vector that is never in memory as a whole: it is made leaf by leaf, goes
     * masked to where this site keeps its inputs, and leaves from there.
     *
     * @throws IllegalArgumentException if a value cannot be encoded; the round is skipped
     * @throws io.confide.common.model.ConfideException DISK_FULL if the input cannot be kept; the round is skipped
     */
    public Reaction input(long round, Encoding encoding, Digest dataVersion) {
        try {
            return rounds.joined(round).upload(encoding, dataVersion);
        } catch (RefusedException e) {
            return new Reaction.Refused(new Refusal(e.check(), new Subject.Round(round)));
        }
    }

    /**
     * Lets go of the vector that was uploaded in {@code round}: whoever still needs it has it by now. Asked again, the site
     * answers as one without an upload; its header stays.
     */
    public void release(long round) {
        rounds.release(round);
    }

    /** Gives up the input of {@code round} after a local fault or veto; votes and shares may still follow. */
    public Reaction skip(long round) {
        try {
            rounds.joined(round).skip();
            return new Reaction.Nothing();
        } catch (RefusedException e) {
            return new Reaction.Refused(new Refusal(e.check(), new Subject.Round(round)));
        }
    }

    /** Returns the round that waits for this site's input. */
    public OptionalLong awaitingInput() {
        return rounds.awaitingInput();
    }

    /** Overwrites every secret. After it everything is refused with K24. */
    @Override
    public void close() {
        setup.close();
        rounds.close();
    }

    /** Messages of a set-up after the first name no epoch; they are about the one in progress here, if any. */
    private Subject subject(CoordinatorMessage message) {
        return switch (message) {
            case CoordinatorMessage.Hellos _,
                    CoordinatorMessage.Seeds _,
                    CoordinatorMessage.Kems _,
                    CoordinatorMessage.Deals _,
                    CoordinatorMessage.Summary _,
                    CoordinatorMessage.EpochCert _ ->
                    setup.subject();
            case CoordinatorMessage.Proposal _,
                    CoordinatorMessage.Open _,
                    CoordinatorMessage.Propose _,
                    CoordinatorMessage.Cert _,
                    CoordinatorMessage.FastCert _,
                    CoordinatorMessage.Blame _,
                    CoordinatorMessage.Result _ ->
                    Subject.of(message);
        };
    }

    /** For the tests of erasure and for scripted colluders. */
    RoundSide rounds() {
        return rounds;
    }
}
