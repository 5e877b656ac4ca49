package io.confide.common.secagg;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;

import org.junit.jupiter.api.Test;

import java.util.TreeMap;

final class SubjectTest {
    private static final JobId JOB = JobId.of("00000000-0000-0000-0000-000000000001");
    private static final RoundFields ROUND = new RoundFields(JOB, Digest.ZERO, 41);

    @Test
    void aProposalIsAboutItsEpochAndARoundsMessageAboutItsRound() {
        var s0 = new S0Body(JOB, 7, 1, 10, Digest.ZERO, Digest.ZERO);
        assertEquals(
                new Subject.Setup(7),
                Subject.of(
                        new CoordinatorMessage.Proposal(
                                JOB, signed(s0.bytes()), Bytes.EMPTY, Bytes.EMPTY)));
        var result =
                new ResultBody(ROUND, Digest.ZERO, Digest.ZERO, ResultBody.Status.TOO_FEW).bytes();
        assertEquals(
                new Subject.Round(41),
                Subject.of(new CoordinatorMessage.Result(JOB, signed(result))));
    }

    @Test
    void aVotedCertificateIsNotReadAsAFastOne() {
        var opened = SiteSet.all(3);
        var context = new ContextFields(ROUND, Digest.ZERO, Digest.ZERO, Digest.ZERO, opened);
        var body = new CertBody(context, opened);
        var none = new TreeMap<Integer, CoordinatorMessage.UploadProof>();
        assertEquals(
                new Subject.Round(41),
                Subject.of(new CoordinatorMessage.FastCert(JOB, signed(body.fastBytes()), none)));
        assertEquals(
                new Subject.Round(41),
                Subject.of(
                        new CoordinatorMessage.Cert(
                                JOB, signed(body.bytes()), none, new TreeMap<>())));
        assertEquals(
                new Subject.Untold(),
                Subject.of(new CoordinatorMessage.FastCert(JOB, signed(body.bytes()), none)));
    }

    @Test
    void brokenBytesAndTheLaterMessagesOfASetupDoNotTell() {
        assertEquals(
                new Subject.Untold(),
                Subject.of(new CoordinatorMessage.Result(JOB, signed(Bytes.wrap(new byte[9])))));
        assertEquals(
                new Subject.Untold(),
                Subject.of(new CoordinatorMessage.Hellos(JOB, new TreeMap<>())));
    }

    private static SignedBody signed(Bytes body) {
        return new SignedBody(body, Bytes.wrap(new byte[64]));
    }
}
