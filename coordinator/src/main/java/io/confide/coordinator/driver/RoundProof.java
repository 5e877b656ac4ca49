package io.confide.coordinator.driver;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.ContextFields;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.common.secagg.HeaderBody;
import io.confide.common.secagg.OpenBody;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.Roster;
import io.confide.common.secagg.RoundLayout;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteSet;
import io.confide.coordinator.port.RoundEvidence;
import io.confide.coordinator.port.RoundEvidence.Keeping;
import io.confide.coordinator.port.RoundEvidence.Part;
import io.confide.coordinator.port.RoundRecord;
import io.confide.coordinator.port.Views.JobView;
import io.confide.coordinator.round.PastSums;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was signed in a round, from what is durable of it. Bodies that the coordinator does not keep as bytes, the headers and
 * S_r, are written anew from their fields, as a site does; the signatures kept beside them hold for no other bytes.
 */
final class RoundProof {
    private final RoundRecord record;
    private final ContextFields context;
    private final Optional<Roster> roster;
    private final RoundCourse course;

    private RoundProof(RoundRecord record, ContextFields context, Kept kept) {
        this.record = record;
        this.context = context;
        this.roster =
                switch (kept) {
                    case Kept.Rules(var facts, _) -> Optional.of(facts.roster());
                    case Kept.Keys(var known) -> Optional.of(known);
                    case Kept.Nothing _ -> Optional.empty();
                };
        this.course =
                switch (kept) {
                    case Kept.Rules(var facts, var past) ->
                            RoundCourse.of(record, context.opened(), facts, past);
                    case Kept.Keys _, Kept.Nothing _ -> RoundCourse.unruled(record);
                };
    }

    /** What this version knows of the job that a round belongs to. */
    sealed interface Kept {
        /**
         * Everything.
         *
         * @param past the sums before the round
         */
        record Rules(JobFacts facts, PastSums past) implements Kept {
            /** The same seen from the group of that round. */
            Rules of(RoundRecord round) {
                return round.view().cohort().stream()
                        .map(SiteId::new)
                        .filter(facts::knows)
                        .findFirst()
                        .map(site -> new Rules(facts.inGroup(facts.placeOf(site)), past))
                        .orElse(this);
            }
        }

        /** The plan was kept by another version, so that the rules of its rounds are not known. */
        record Keys(Roster roster) implements Kept {}

        /** The version that began the job did not keep its roster. */
        record Nothing() implements Kept {}
    }

    static RoundEvidence of(JobView job, RoundRecord record, Kept kept) {
        var open =
                OpenBody.parse(record.opened().open().body())
                        .orElseThrow(() -> new IllegalStateException("a kept Open is malformed"));
        var own = kept instanceof Kept.Rules rules ? rules.of(record) : kept;
        return new RoundProof(record, open.context(), fitting(own, open.context())).evidence(job);
    }

    /** A roster of another size is not the one of this round. */
    private static Kept fitting(Kept kept, ContextFields context) {
        int size =
                switch (kept) {
                    case Kept.Rules(var facts, _) -> facts.roster().size();
                    case Kept.Keys(var roster) -> roster.size();
                    case Kept.Nothing _ -> context.opened().rosterSize();
                };
        return size == context.opened().rosterSize() ? kept : new Kept.Nothing();
    }

    private RoundEvidence evidence(JobView job) {
        var statement = statement();
        return new RoundEvidence(
                JobId.of(job.id()),
                record.view(),
                course.certificate(),
                roster.map(Roster::t).orElse(job.threshold()),
                quorum(job),
                record.opened().at(),
                ended(record),
                record.opened().open(),
                context,
                headers(),
                statement,
                statement.isPresent() ? course.votes() : Collections.emptySortedMap(),
                record.result(),
                roster,
                parts(statement));
    }

    /** Jobs run on the complete graph, where as many shares open a secret as a vote needs signatures. */
    private int quorum(JobView job) {
        return roster.map(Roster::q).orElse(job.threshold());
    }

    private static Instant ended(RoundRecord record) {
        var took = Duration.ofNanos(Math.round(record.view().seconds() * 1e9));
        return record.opened().at().plus(took);
    }

    private SortedMap<SiteId, SignedBody> headers() {
        var headers = new TreeMap<SiteId, SignedBody>();
        course.inputs()
                .forEach(
                        (site, proof) ->
                                index(site)
                                        .ifPresent(
                                                index ->
                                                        headers.put(
                                                                site,
                                                                new SignedBody(
                                                                        header(index, proof),
                                                                        proof.signature()))));
        return headers;
    }

    private Bytes header(int index, UploadProof proof) {
        var hash = new Digest(proof.vectorHash());
        return new HeaderBody(context.round(), index, context.ctx(), hash).bytes();
    }

    private Optional<Integer> index(SiteId site) {
        return roster.flatMap(known -> known.indexOf(site).stream().boxed().findFirst());
    }

    /** S_r over the inputs, if that is the one the Result names: nothing is guessed. */
    private Optional<Bytes> statement() {
        return roster.map(this::over)
                .filter(
                        body ->
                                record.result()
                                        .flatMap(signed -> ResultBody.parse(signed.body()))
                                        .map(ResultBody::statementHash)
                                        .equals(Optional.of(Digest.of(body))));
    }

    private Bytes over(Roster known) {
        var hashes = new TreeMap<Integer, Digest>();
        course.inputs()
                .forEach(
                        (site, proof) ->
                                index(site)
                                        .ifPresent(
                                                index ->
                                                        hashes.put(
                                                                index,
                                                                new Digest(proof.vectorHash()))));
        var included = SiteSet.of(known.size(), hashes.keySet());
        return RoundLayout.statement(
                context.round(), context.ctx(), included, RoundLayout.root(hashes));
    }

    private List<Part> parts(Optional<Bytes> statement) {
        var parts = new ArrayList<Part>();
        parts.add(part("open", "The Open as it was sent, signed by the coordinator."));
        parts.add(
                roster.isPresent()
                        ? part(
                                "roster",
                                "The roster that the job runs over: the keys of everybody.")
                        : missing("roster", "The version that began this job did not keep it."));
        parts.add(
                roster.isPresent()
                        ? part("uploads", "The header of every input, signed by its site.")
                        : missing("uploads", "Without the roster their bytes cannot be written."));
        parts.add(
                statement.isPresent()
                        ? part("statement", "S_r, whose hash the Result names.")
                        : missing(
                                "statement",
                                "The Result names none that follows from the inputs."));
        parts.add(
                statement.isPresent() && !course.votes().isEmpty()
                        ? part("signatures", signatures())
                        : missing("signatures", noSignatures()));
        parts.add(
                record.result().isPresent()
                        ? part("result", "The Result as it was sent, signed by the coordinator.")
                        : missing("result", "The version that ran this round did not keep it."));
        parts.add(
                missing(
                        "coordinatorSignatures",
                        "Those of proposal and certificate went to the sites only, which keep them"
                                + " in their receipts; the signed Result names the same S_r."));
        parts.add(
                missing(
                        "keySetup",
                        "The messages of the key set-up are deleted when its epoch is over."));
        return parts;
    }

    private String signatures() {
        return switch (course.certificate()) {
            case VOTED -> "A quorum of signatures under S_r.";
            case NONE -> "The signatures under S_r that came; they were too few.";
            case FAST, UNKNOWN -> "The signatures under S_r that came.";
        };
    }

    private String noSignatures() {
        return switch (course.certificate()) {
            case VOTED -> "Without S_r they prove nothing.";
            case FAST -> "There are none: everybody is in, nobody had to vote.";
            case NONE -> "There was no certificate in this round.";
            case UNKNOWN -> "What is kept of this round does not tell whether there were any.";
        };
    }

    private static Part part(String name, String why) {
        return new Part(name, Keeping.KEPT, why);
    }

    private static Part missing(String name, String why) {
        return new Part(name, Keeping.NOT_KEPT, why);
    }
}
