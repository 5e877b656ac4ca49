package io.confide.common.secagg.site;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.secagg.BlameBody;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.RoundFields;
import io.confide.common.secagg.SecretKind;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.server.Acceptance;
import io.confide.common.secagg.server.RoundProtocol;
import io.confide.common.secagg.server.Unmasked;
import io.confide.common.vector.Words;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A site whose process is another one sends the upload that is recorded, byte by byte, and nothing else in that epoch (K12,
 * K24). N = 5, C = 0, so q = t = 3.
 */
class RestartedSiteTest {
    private static final long R = 1;
    private static final int N = 5;
    private static final JobId OTHER = new JobId(new UUID(1, 1));

    private Consortium consortium;
    private RoundProtocol round;
    private final List<long[]> inputs = new ArrayList<>();

    @BeforeEach
    void opened() {
        consortium = Consortium.of(N, 0);
        consortium.setUp(1, R, 8);
        round = consortium.round(R, consortium.all());
        for (int site = 0; site < N; site++) {
            inputs.add(consortium.randomInput());
        }
    }

    private Reaction.Upload upload(int site) {
        return consortium.upload(site, round.open(), inputs.get(site));
    }

    private void fold(int site, Reaction.Upload upload) {
        assertEquals(
                new Acceptance.Accepted(),
                round.fold(site, upload.message().header(), upload.vector()));
    }

    private Reaction.Upload asked(int site) {
        return assertInstanceOf(Reaction.Upload.class, consortium.deliver(site, round.open()));
    }

    private MemoryRecords records(int site) {
        return consortium.records.get(site);
    }

    private void keeps(int site, JobId job, long number, Bytes input) {
        records(site)
                .inputs
                .put(job, new MemoryRecords.Kept(number, input, Consortium.NOW.plusSeconds(660)));
    }

    @Test
    void whatIsRecordedIsSentAgainByteByByteHoweverOftenItIsAskedFor() {
        var first = upload(0);
        consortium.restart(0);
        assertEquals(first, asked(0));
        assertEquals(first, asked(0));
        consortium.restart(0);
        assertEquals(first, asked(0));
        assertEquals(1, records(0).rounds.size(), "nothing is recorded anew");
    }

    @Test
    void alsoWhileTheSiteHasKeysOfALaterEpoch() {
        var first = upload(0);
        consortium.restart(0);
        var old = round;
        consortium.setUp(2, R + 1, 8);
        round = old;
        assertEquals(first, asked(0));
        var next = consortium.round(R + 1, consortium.all());
        assertInstanceOf(Reaction.Join.class, consortium.deliver(0, next.open()));
        assertEquals(first, asked(0));
    }

    /** Two of five start again between upload and vote, one of them before its upload left. */
    @Test
    void itIsInTheSumAlthoughItNeitherSignsNorReveals() {
        for (int site = 0; site < 3; site++) {
            fold(site, upload(site));
        }
        fold(3, upload(3));
        upload(4);
        consortium.restart(3);
        consortium.restart(4);
        fold(4, asked(4));
        sumIsThatOfAll(round.propose().orElseThrow());
    }

    private void sumIsThatOfAll(CoordinatorMessage.Propose propose) {
        assertEquals(Check.K24, consortium.refusedBy(4, propose));
        for (int site = 0; site < 3; site++) {
            round.sign(site, consortium.answer(SiteMessage.Sign.class, site, propose));
        }
        var cert = round.cert().orElseThrow();
        assertEquals(Check.K24, consortium.refusedBy(4, cert));
        for (int site = 0; site < 3; site++) {
            round.reveal(site, consortium.answer(SiteMessage.Reveal.class, site, cert));
        }
        long[] expected = new long[Consortium.WORDS];
        inputs.forEach(input -> Words.addInto(expected, input));
        assertArrayEquals(expected, assertInstanceOf(Unmasked.Sum.class, round.unmask()).words());
    }

    @Test
    void k24ItDoesNothingElseInTheRound() {
        for (int site = 0; site < N; site++) {
            fold(site, upload(site));
        }
        consortium.restart(0);
        var fields = new RoundFields(Consortium.JOB, consortium.epoch().epochId(), R);
        var question = new BlameBody(fields, 1, SecretKind.SELF).bytes();
        var blame =
                new CoordinatorMessage.Blame(
                        Consortium.JOB,
                        new SignedBody(question, consortium.coordinator.sign(question)));
        assertEquals(Check.K24, consortium.refusedBy(0, round.fastCert().orElseThrow()));
        assertEquals(Check.K24, consortium.refusedBy(0, blame));
        assertInstanceOf(
                Reaction.Refused.class,
                consortium.sites.getFirst().input(R, inputs.get(1), Consortium.dataVersion()));
        assertTrue(consortium.sites.getFirst().awaitingInput().isEmpty());
        var failed = round.result(ResultBody.Status.NO_SHARES, Digest.ZERO);
        var end = assertInstanceOf(Reaction.Finished.class, consortium.deliver(0, failed));
        assertEquals(Optional.empty(), end.abort());
    }

    @Test
    void k12AnotherContextOrAnotherSignatureGetsNothing() {
        upload(0);
        consortium.restart(0);
        SiteSet fewer = consortium.set(0, 1, 2);
        assertEquals(Check.K24, consortium.refusedBy(0, consortium.round(R, fewer).open()));
        assertEquals(
                Check.K24,
                consortium.refusedBy(0, consortium.round(R + 1, consortium.all()).open()));
        var open = round.open();
        var forged =
                new SignedBody(
                        open.body().body(), consortium.identities.get(1).sign(open.body().body()));
        assertEquals(
                Check.K8,
                consortium.refusedBy(
                        0,
                        new CoordinatorMessage.Open(
                                Consortium.JOB,
                                forged,
                                open.config(),
                                open.codec(),
                                open.model(),
                                open.lastModelResult(),
                                open.aborted())));
        asked(0);
    }

    @Test
    void whatDoesNotHashToTheRecordIsDeletedAndTheRoundIsLost() {
        var first = upload(0).vector().whole();
        byte[] changed = first.toArray();
        changed[11] ^= 4;
        for (var wrong :
                List.of(
                        Bytes.wrap(changed),
                        Bytes.EMPTY,
                        upload(1).vector().whole(),
                        Bytes.wrap(java.util.Arrays.copyOf(first.toArray(), first.length() - 8)))) {
            keeps(0, Consortium.JOB, R, wrong);
            consortium.restart(0);
            assertEquals(Check.K24, consortium.refusedBy(0, round.open()));
            assertEquals(java.util.Map.of(), records(0).inputs);
        }
        keeps(0, Consortium.JOB, R + 1, first);
        keeps(0, OTHER, R, first);
        assertEquals(Check.K24, consortium.refusedBy(0, round.open()));
    }

    @Test
    void withoutARecordNothingIsSentWhateverIsKept() {
        var first = upload(0).vector().whole();
        keeps(1, Consortium.JOB, R, first);
        consortium.restart(1);
        assertEquals(Check.K24, consortium.refusedBy(1, round.open()));
    }

    @Test
    void itIsOverwrittenAtTheOutcome() {
        for (var status : List.of(ResultBody.Status.DONE, ResultBody.Status.TOO_FEW)) {
            for (boolean restarted : List.of(true, false)) {
                opened();
                upload(0);
                if (restarted) {
                    consortium.restart(0);
                }
                var result = round.result(status, Digest.ZERO);
                assertInstanceOf(Reaction.Finished.class, consortium.deliver(0, result));
                assertEquals(java.util.Map.of(), records(0).inputs);
                assertEquals(RoundOutcome.of(status), records(0).outcomes.get(R));
                assertInstanceOf(Reaction.Refused.class, consortium.deliver(0, round.open()));
                consortium.restart(0);
                assertEquals(Check.K24, consortium.refusedBy(0, round.open()));
            }
        }
    }

    @Test
    void aResultOfAnotherEpochEndsNothing() {
        upload(0);
        consortium.restart(0);
        var fields = new RoundFields(Consortium.JOB, Digest.of(new byte[] {7}), R);
        for (var status : List.of(ResultBody.Status.DONE, ResultBody.Status.TOO_FEW)) {
            var foreign = new ResultBody(fields, Digest.ZERO, Digest.ZERO, status).bytes();
            var signed = new SignedBody(foreign, consortium.coordinator.sign(foreign));
            assertEquals(
                    new Reaction.Nothing(),
                    consortium.deliver(0, new CoordinatorMessage.Result(Consortium.JOB, signed)));
        }
        asked(0);
    }

    @Test
    void itIsOverwrittenWhenTheRoundAfterTheNextOpens() {
        upload(0);
        consortium.deliver(0, consortium.round(R + 1, consortium.all()).open());
        assertEquals(R, records(0).inputs.get(Consortium.JOB).round());
        consortium.deliver(0, consortium.round(R + 2, consortium.all()).open());
        assertEquals(java.util.Map.of(), records(0).inputs);
    }

    @Test
    void itIsKeptForTenMinutesAfterTheDeadlineOrTheLastRequest() {
        upload(0);
        consortium.restart(0);
        var deadline = Consortium.NOW.plusSeconds(60);
        consortium.now = deadline.plus(KeptUploads.KEPT_FOR);
        asked(0);
        consortium.now = consortium.now.plus(KeptUploads.KEPT_FOR);
        asked(0);
        consortium.now = consortium.now.plus(KeptUploads.KEPT_FOR).plus(Duration.ofMillis(1));
        assertEquals(Check.K24, consortium.refusedBy(0, round.open()));
        assertEquals(java.util.Map.of(), records(0).inputs);
    }

    /** The inputs stay spent, and another attempt at them needs what it always needed. */
    @Test
    void k11HoldsAsBefore() {
        upload(0);
        consortium.restart(0);
        consortium.setUp(2, R + 1, 8);
        var again =
                new RoundProtocol(
                        consortium.epoch(),
                        consortium.opening(R + 1, consortium.all(), Consortium.model(R)),
                        consortium.coordinator);
        assertInstanceOf(Reaction.Join.class, consortium.deliver(0, again.open()));
        var refused =
                assertInstanceOf(
                        Reaction.Refused.class,
                        consortium
                                .sites
                                .getFirst()
                                .input(R + 1, inputs.get(1), Consortium.dataVersion()));
        assertEquals(Check.K11, refused.refusal().check());
    }

    /** Under another roster nothing is known of the epoch. */
    @Test
    void aRecordUnderAnotherRosterIsNotSent() {
        upload(0);
        var other = Consortium.of(N, 1);
        records(0)
                .rounds
                .replaceAll(
                        record ->
                                new SiteRecords.RoundRecord(
                                        record.job(),
                                        record.epochId(),
                                        other.roster.hash(),
                                        record.sites(),
                                        record.colluders(),
                                        record.quorum(),
                                        record.accepted(),
                                        record.round(),
                                        record.inputs(),
                                        record.header()));
        consortium.restart(0);
        assertEquals(Check.K24, consortium.refusedBy(0, round.open()));
    }
}
