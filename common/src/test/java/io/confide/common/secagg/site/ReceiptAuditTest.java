package io.confide.common.secagg.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.files.ReceiptJson;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.CertBody;
import io.confide.common.secagg.ContextFields;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.audit.CertifiedRound;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a site keeps of a round can be checked offline, and nothing in it can be changed unnoticed. N = 5, C = 1. */
class ReceiptAuditTest {
    private static final int N = 5;
    private static final long VOTED = 1;
    private static final long FAST = 2;

    private Consortium consortium;
    private ReceiptAudit audit;

    @BeforeEach
    void twoRounds() {
        consortium = Consortium.of(N, 1);
        consortium.setUp(1, VOTED, 8);
        var reach = new ArrayList<>(HonestRound.everybody(N));
        reach.set(4, HonestRound.Reach.NO_UPLOAD);
        HonestRound.of(consortium, VOTED, reach).run();
        HonestRound.of(consortium, FAST, HonestRound.everybody(N)).via(HonestRound.Path.FAST).run();
        audit = new ReceiptAudit(consortium.roster);
    }

    private Receipt receipt(int site, long round) {
        return consortium.records.get(site).receipts.get(round);
    }

    private ReceiptAudit.Facts holding(int site, long round) {
        var audited = audit.check(receipt(site, round), site);
        assertTrue(audited.holds(), audited::toString);
        return audited.facts().orElseThrow();
    }

    private void assertCaught(Receipt changed, int site) {
        var audited = audit.check(changed, site);
        assertFalse(audited.holds(), audited::toString);
    }

    private SignedBody byCoordinator(Bytes body) {
        return new SignedBody(body, consortium.coordinator.sign(body));
    }

    @Test
    void everySiteThatHelpedCanShowThatItWasCountedOnce() {
        for (int site = 0; site < 4; site++) {
            var voted = holding(site, VOTED);
            assertEquals(ReceiptAudit.Own.COUNTED_ONCE, voted.own());
            assertEquals(CertifiedRound.Agreement.VOTED, voted.agreement());
            assertEquals(4, voted.signatures());
            assertEquals(consortium.set(0, 1, 2, 3), voted.included());
            assertEquals(Digest.of(Consortium.model(VOTED)), voted.context().modelHash());
            assertEquals(Digest.of(Consortium.model(VOTED + 1)), voted.newModel());
            var fast = holding(site, FAST);
            assertEquals(CertifiedRound.Agreement.EVERYBODY, fast.agreement());
            assertEquals(consortium.all(), fast.included());
        }
        assertEquals(ReceiptAudit.Own.COUNTED_ONCE, holding(4, FAST).own());
    }

    @Test
    void aSiteThatIsNotInTheSumLearnsThat() {
        var others = receipt(0, VOTED);
        var facts = audit.check(others, 4).facts().orElseThrow();
        assertEquals(ReceiptAudit.Own.NOT_INCLUDED, facts.own());
    }

    @Test
    void anInputThatIsNotTheUploadedOneIsCaught() {
        var real = receipt(0, FAST);
        assertCaught(with(real, receipt(1, FAST).ownHeader()), 0);
        assertCaught(with(real, Optional.empty()), 0);
        assertCaught(with(real, receipt(0, VOTED).ownHeader()), 0);
    }

    private static Receipt with(Receipt real, Optional<SignedBody> own) {
        return new Receipt(
                real.certificate(),
                real.headers(),
                real.signatures(),
                own,
                real.ownSignature(),
                real.result());
    }

    @Test
    void tooFewOrForeignSignaturesAreCaught() {
        var real = receipt(0, VOTED);
        var fewer = new TreeMap<>(real.signatures());
        while (fewer.size() >= consortium.roster.q()) {
            fewer.remove(fewer.firstKey());
        }
        assertCaught(signedBy(real, fewer), 0);
        var twice = new TreeMap<>(fewer);
        twice.put(4, fewer.get(fewer.firstKey()));
        twice.put(99, fewer.get(fewer.firstKey()));
        assertCaught(signedBy(real, twice), 0);
    }

    private static Receipt signedBy(Receipt real, SortedMap<Integer, Bytes> signatures) {
        return new Receipt(
                real.certificate(),
                real.headers(),
                signatures,
                real.ownHeader(),
                real.ownSignature(),
                real.result());
    }

    @Test
    void aHeaderThatIsMissingForeignOrTooManyIsCaught() {
        var real = receipt(0, VOTED);
        var missing = new TreeMap<>(real.headers());
        missing.remove(2);
        var swapped = new TreeMap<>(real.headers());
        swapped.put(2, real.headers().get(1));
        var more = new TreeMap<>(real.headers());
        more.put(4, receipt(0, FAST).headers().get(4));
        for (var headers : List.of(missing, swapped, more)) {
            assertCaught(
                    new Receipt(
                            real.certificate(),
                            headers,
                            real.signatures(),
                            real.ownHeader(),
                            real.ownSignature(),
                            real.result()),
                    0);
        }
    }

    @Test
    void anotherCohortModelSetOrResultIsCaughtEvenIfTheCoordinatorSignsIt() {
        var real = receipt(0, VOTED);
        CertBody body = CertBody.parse(real.certificate().body()).orElseThrow();
        ContextFields context = body.context();
        SiteSet fewer = consortium.set(0, 1, 2);
        var otherModel =
                new ContextFields(
                        context.round(),
                        Digest.of(Consortium.model(9)),
                        context.configHash(),
                        context.codecHash(),
                        context.opened());
        assertCaught(certified(real, new CertBody(context, fewer).bytes()), 0);
        assertCaught(certified(real, new CertBody(otherModel, body.included()).bytes()), 0);
        // A path without a vote, although a site of the cohort is missing.
        assertCaught(certified(real, body.fastBytes()), 0);
        assertCaught(
                new Receipt(
                        real.certificate(),
                        real.headers(),
                        real.signatures(),
                        real.ownHeader(),
                        real.ownSignature(),
                        receipt(0, FAST).result()),
                0);
        var result = ResultBody.parse(real.result().body()).orElseThrow();
        var failed =
                new ResultBody(
                        result.round(),
                        result.statementHash(),
                        Digest.ZERO,
                        ResultBody.Status.INTEGRITY);
        assertCaught(
                new Receipt(
                        real.certificate(),
                        real.headers(),
                        real.signatures(),
                        real.ownHeader(),
                        real.ownSignature(),
                        byCoordinator(failed.bytes())),
                0);
    }

    private Receipt certified(Receipt real, Bytes body) {
        return new Receipt(
                byCoordinator(body),
                real.headers(),
                real.signatures(),
                real.ownHeader(),
                real.ownSignature(),
                real.result());
    }

    @Test
    void whatTheCoordinatorDidNotSignOrNobodyCanReadIsCaught() {
        var real = receipt(0, FAST);
        var unsigned =
                new SignedBody(
                        real.certificate().body(),
                        consortium.identities.get(1).sign(real.certificate().body()));
        assertCaught(
                new Receipt(
                        unsigned,
                        real.headers(),
                        real.signatures(),
                        real.ownHeader(),
                        real.ownSignature(),
                        real.result()),
                0);
        var unreadable = audit.check(certified(real, Bytes.EMPTY), 0);
        assertTrue(unreadable.facts().isEmpty());
        assertFalse(unreadable.holds());
    }

    @Test
    void theCoordinatorAloneMakesNoReceiptOfASumThatThisSiteNeverOpened() {
        var real = receipt(0, FAST);
        var foreign = receipt(1, FAST).ownSignature();
        for (Bytes signature : List.of(Bytes.EMPTY, foreign, receipt(0, VOTED).ownSignature())) {
            assertCaught(
                    new Receipt(
                            real.certificate(),
                            real.headers(),
                            real.signatures(),
                            real.ownHeader(),
                            signature,
                            real.result()),
                    0);
        }
    }

    @Test
    void aReceiptComesBackEqualFromItsLine() {
        for (long round : new long[] {VOTED, FAST}) {
            var line = new ReceiptJson.Line(Consortium.JOB, round, receipt(0, round));
            var text = ReceiptJson.text(line);
            assertFalse(text.contains("\n"));
            assertEquals(line, ReceiptJson.parse(bytes(text)));
        }
        var without = with(receipt(0, FAST), Optional.empty());
        var line = new ReceiptJson.Line(Consortium.JOB, FAST, without);
        assertEquals(line, ReceiptJson.parse(bytes(ReceiptJson.text(line))));
        assertThrows(IllegalArgumentException.class, () -> ReceiptJson.parse(bytes("{}")));
    }

    private static Bytes bytes(String text) {
        return Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
