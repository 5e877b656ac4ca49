package io.confide.common.secagg.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.encoding.Codec;
import io.confide.common.encoding.Segment;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.SumAudit;
import io.confide.common.secagg.LeafProof;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.audit.SumCheck;
import io.confide.common.secagg.server.RoundProtocol;
import io.confide.common.vector.StoredVector;
import io.confide.common.vector.VectorLostException;

import org.junit.jupiter.api.Test;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** When a site attaches the audited leaf to its shares, and what the coordinator makes of what it attaches. N = 5, C = 1. */
class OwnLeafTest {
    private static final int N = 5;
    private static final int VICTIM = 3;

    private final Consortium consortium =
            Consortium.audited(N, 1, Codec.of(List.of(new Segment.Counts("rows", 3)), N));

    private final Map<Integer, UnaryOperator<SiteMessage.Reveal>> changed = new HashMap<>();

    /** A whole round on the fast path; the input of {@link #VICTIM} is handed over as {@code its} changes it. */
    private RoundProtocol round(UnaryOperator<StoredVector> its, Runnable beforeShares) {
        consortium.setUp(1, 1, 4);
        var round = consortium.round(1, consortium.all());
        for (int site = 0; site < N; site++) {
            var upload = consortium.upload(site, round.open(), consortium.randomInput());
            var vector = site == VICTIM ? its.apply(upload.vector()) : upload.vector();
            round.fold(site, upload.message().header(), vector);
        }
        beforeShares.run();
        var cert = round.fastCert().orElseThrow();
        for (int site = 0; site < N; site++) {
            var reveal = consortium.answer(SiteMessage.Reveal.class, site, cert);
            var change = changed.getOrDefault(site, UnaryOperator.identity());
            round.reveal(site, change.apply(reveal));
        }
        round.unmask();
        return round;
    }

    private RoundProtocol round() {
        return round(UnaryOperator.identity(), () -> {});
    }

    private List<Integer> attached() {
        return consortium
                .view
                .received(SiteMessage.Reveal.class)
                .filter(each -> each.getValue().audited().isPresent())
                .map(Map.Entry::getKey)
                .toList();
    }

    private SumCheck.Checked checked(RoundProtocol round) {
        var result = round.result(ResultBody.Status.DONE, Digest.ZERO);
        return new SumCheck(consortium.roster).check(round.audit(result).orElseThrow());
    }

    @Test
    void everyIncludedSiteOfAnAuditedJobAttachesItsLeaf() {
        assertTrue(checked(round()).passed());
        assertEquals(List.of(0, 1, 2, 3, 4), attached());
    }

    @Test
    void aSiteWhosePlanAsksForNoAuditAttachesNothingWhateverTheCoordinatorWants() {
        consortium.audit = SumAudit.OFF;
        consortium.restart(VICTIM);
        consortium.audit = SumAudit.ON;
        round();
        assertEquals(List.of(0, 1, 2, 4), attached());
    }

    @Test
    void aCoordinatorWhosePlanAsksForNoneKeepsNothingOfWhatIsAttached() {
        consortium.audit = SumAudit.OFF;
        var round = round();
        assertEquals(List.of(0, 1, 2, 3, 4), attached());
        var result = round.result(ResultBody.Status.DONE, Digest.ZERO);
        assertEquals(Optional.empty(), round.audit(result));
    }

    @Test
    void askedAgainASiteSendsTheSameSharesAndLeaf() {
        consortium.setUp(1, 1, 4);
        var round = consortium.round(1, consortium.all());
        for (int site = 0; site < N; site++) {
            var upload = consortium.upload(site, round.open(), consortium.randomInput());
            round.fold(site, upload.message().header(), upload.vector());
        }
        var reveal = consortium.answer(SiteMessage.Reveal.class, 0, round.fastCert().orElseThrow());
        var again = consortium.answer(SiteMessage.Reveal.class, 0, round.fastCert().orElseThrow());
        assertEquals(reveal, again);
        assertTrue(reveal.audited().isPresent());
    }

    @Test
    void anInputThatIsNotInTheSumStaysWhereItIs() {
        consortium.setUp(1, 1, 4);
        var round = consortium.round(1, consortium.all());
        for (int site = 0; site < N; site++) {
            var upload = consortium.upload(site, round.open(), consortium.randomInput());
            if (site != VICTIM) {
                round.fold(site, upload.message().header(), upload.vector());
            }
        }
        var propose = round.propose().orElseThrow();
        for (int site = 0; site < N; site++) {
            round.sign(site, consortium.answer(SiteMessage.Sign.class, site, propose));
        }
        var cert = round.cert().orElseThrow();
        for (int site = 0; site < N; site++) {
            consortium.answer(SiteMessage.Reveal.class, site, cert);
        }
        assertEquals(List.of(0, 1, 2, 4), attached());
    }

    @Test
    void anInputThatIsNotInMemoryAnyMoreIsReadFromWhereInputsAreKept() {
        round(UnaryOperator.identity(), () -> consortium.sites.get(VICTIM).release(1));
        assertEquals(List.of(0, 1, 2, 3, 4), attached());
    }

    @Test
    void aKeptInputThatIsGoneChangedOrEmptyIsNotAttached() {
        round(
                UnaryOperator.identity(),
                () -> {
                    consortium.sites.get(VICTIM).release(1);
                    consortium.records.get(VICTIM).forget(Consortium.JOB, 1);
                    consortium.sites.get(0).release(1);
                    consortium
                            .records
                            .get(0)
                            .keep(
                                    Consortium.JOB,
                                    1,
                                    Bytes.wrap(new byte[consortium.words * Long.BYTES]),
                                    Consortium.NOW.plusSeconds(600));
                    consortium.sites.get(1).release(1);
                    consortium
                            .records
                            .get(1)
                            .keep(Consortium.JOB, 1, Bytes.EMPTY, Consortium.NOW.plusSeconds(600));
                });
        assertEquals(List.of(2, 4), attached());
    }

    private static SiteMessage.Reveal nothing(SiteMessage.Reveal reveal) {
        return new SiteMessage.Reveal(reveal.job(), reveal.body());
    }

    private static SiteMessage.Reveal wrong(SiteMessage.Reveal reveal) {
        var proof = reveal.audited().orElseThrow();
        byte[] leaf = proof.leaf().toArray();
        leaf[0]++;
        return new SiteMessage.Reveal(
                reveal.job(),
                reveal.body(),
                Optional.of(new LeafProof(Bytes.wrap(leaf), proof.path())));
    }

    @Test
    void whatIsNotAttachedOrWrongIsTakenFromTheInputItself() {
        changed.put(VICTIM, OwnLeafTest::nothing);
        changed.put(1, OwnLeafTest::wrong);
        assertTrue(checked(round()).passed());
    }

    /** Bytes that can be read until they were added. */
    private record Lost(StoredVector input, boolean[] gone) implements StoredVector {
        @Override
        public long length() {
            return input.length();
        }

        @Override
        public void read(long from, byte[] into, int count) {
            if (gone[0]) {
                throw new VectorLostException(new java.io.IOException("gone"));
            }
            input.read(from, into, count);
        }
    }

    @Test
    void aPartThatNobodyHasAnyMoreIsMissingAndNoFaultOfTheRound() {
        for (UnaryOperator<SiteMessage.Reveal> lie :
                List.<UnaryOperator<SiteMessage.Reveal>>of(
                        OwnLeafTest::nothing, OwnLeafTest::wrong)) {
            var again = new OwnLeafTest();
            var gone = new boolean[1];
            again.changed.put(VICTIM, lie);
            var round = again.round(input -> new Lost(input, gone), () -> gone[0] = true);
            var checked = again.checked(round);
            assertEquals(List.of(again.consortium.roster.member(VICTIM).site()), checked.missing());
            assertEquals(List.of(), checked.problems());
        }
    }
}
