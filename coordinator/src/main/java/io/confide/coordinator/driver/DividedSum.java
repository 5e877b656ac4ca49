package io.confide.coordinator.driver;

import io.confide.common.model.SiteId;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.common.secagg.server.RoundProtocol;
import io.confide.common.vector.VectorSum;
import io.confide.coordinator.port.Claims;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.Partial;
import io.confide.coordinator.port.PartialSums;
import io.confide.coordinator.port.PartialSums.Gathered;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The sum of one round that the members of a cluster make in parts, each of what is uploaded to it (R2 to R7). From the moment
 * at which U3 is fixed the whole of it is here.
 */
final class DividedSum {
    private static final Logger LOG = LoggerFactory.getLogger(DividedSum.class);

    private final JobParts parts;
    private final PartialSums members;
    private final long round;
    private final RoundProtocol protocol;

    /** The parts of a sum that went with the process before this one which may still be had. */
    private final SortedMap<String, Partial> expected = new TreeMap<>();

    DividedSum(JobParts parts, PartialSums members, long round, RoundProtocol protocol) {
        this.parts = parts;
        this.members = members;
        this.round = round;
        this.protocol = protocol;
    }

    /** Has the vector of {@code site}, whose header was checked, added; {@link Mail.Folded} tells what became of that. */
    void fold(SiteId site, UploadProof proof) {
        var post = parts.post();
        members.fold(
                new Claims.Input(parts.facts().job(), round, site, proof),
                protocol.opening().words(),
                folding -> post.accept(new Mail.Folded(round, site, proof, folding)));
    }

    /** Brings {@link Mail.SumsGathered}. */
    void gather() {
        var post = parts.post();
        members.gather(
                parts.facts().job(),
                round,
                protocol.opening().words(),
                gathered -> post.accept(new Mail.SumsGathered(round, gathered)));
    }

    /** What was gathered becomes the sum of the round. */
    void take(Gathered gathered) {
        var made = new TreeMap<Integer, UploadProof>();
        inputs(gathered)
                .forEach((site, proof) -> made.put(parts.facts().index(site).orElseThrow(), proof));
        protocol.elsewhere().take(gathered.sum(), made);
    }

    /** All inputs that were gathered. */
    static SortedMap<SiteId, UploadProof> inputs(Gathered gathered) {
        var all = new TreeMap<SiteId, UploadProof>();
        gathered.partials().forEach(partial -> all.putAll(partial.inputs()));
        return all;
    }

    /** U3 is what was taken: the parts must still count when that becomes durable (R5, R6). */
    void fix(Gathered gathered) {
        LOG.info(
                "event=sums-gathered job={} round={} members={} inputs={}",
                parts.facts().job(),
                round,
                gathered.partials().size(),
                inputs(gathered).size());
        parts.journal().note(new LogEntry.SumDivided(round, gathered.partials(), gathered.hash()));
    }

    /** Something is missing: what was taken counts no more, and the members go on with what they have. */
    void goOn() {
        protocol.elsewhere().giveBack();
        members.unseal(parts.facts().job(), round);
    }

    /** U3 was fixed by a process before this one: brings {@link Mail.SumAgain} for each part. */
    void fetchAgain(List<Partial> recorded) {
        var post = parts.post();
        for (var partial : recorded) {
            expected.put(partial.member(), partial);
            members.again(
                    parts.facts().job(),
                    round,
                    protocol.opening().words(),
                    partial,
                    sum -> post.accept(new Mail.SumAgain(round, partial, sum)));
        }
    }

    /** The sites whose inputs may still be had without them. */
    SortedSet<SiteId> expected() {
        var sites = new TreeSet<SiteId>();
        expected.values().forEach(partial -> sites.addAll(partial.inputs().keySet()));
        return Collections.unmodifiableSortedSet(sites);
    }

    /** A part of the sum is here again, or is lost for good; returns whether its inputs are in the sum now. */
    boolean again(Partial partial, Optional<VectorSum> sum) {
        expected.remove(partial.member());
        boolean isAdded =
                sum.filter(part -> protocol.elsewhere().addAgain(part, indices(partial.inputs())))
                        .isPresent();
        sum.ifPresent(VectorSum::close);
        return isAdded;
    }

    private SortedSet<Integer> indices(SortedMap<SiteId, UploadProof> inputs) {
        var indices = new TreeSet<Integer>();
        inputs.keySet().forEach(site -> indices.add(parts.facts().index(site).orElseThrow()));
        return indices;
    }

    /** Nobody needs what the members have of this round. */
    void discard() {
        members.discard(parts.facts().job(), round);
    }
}
