package io.confide.common.secagg.site;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.confide.common.model.Bytes;
import io.confide.common.secagg.CoordinatorMessage.Propose;
import io.confide.common.secagg.HeaderBody;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.VectorHash;
import io.confide.common.secagg.server.Acceptance;
import io.confide.common.secagg.server.Acceptance.Reason;
import io.confide.common.secagg.server.RoundProtocol;
import io.confide.common.secagg.server.Unmasked;
import io.confide.common.vector.StoredVector;
import io.confide.common.vector.Words;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/**
 * R1 and R7: a coordinator whose process is another one takes of each site only what it uploaded to the one before, and opens
 * nothing before all of it is there. N = 4, C = 0, so q = t = 3; site 3 uploads too late for U3.
 */
class ResumedSumTest {
    private static final long R = 2;

    private Consortium consortium;
    private RoundProtocol before;
    private RoundProtocol after;
    private Propose proposed;
    private final List<long[]> inputs = new ArrayList<>();
    private final List<Reaction.Upload> uploads = new ArrayList<>();

    @BeforeEach
    void aProcessIsGone() {
        consortium = Consortium.of(4, 0);
        consortium.setUp(1, 1, 4);
        before = consortium.round(R, consortium.all());
        after = consortium.round(R, consortium.all());
        for (int site = 0; site < 4; site++) {
            inputs.add(consortium.randomInput());
            uploads.add(consortium.upload(site, before.open(), inputs.get(site)));
            if (site < 3) {
                assertEquals(new Acceptance.Accepted(), fold(before, site));
            }
        }
        proposed = before.propose().orElseThrow();
    }

    private Acceptance fold(RoundProtocol round, int site) {
        Reaction.Upload upload = uploads.get(site);
        return round.fold(site, upload.message().header(), upload.vector());
    }

    /** A dishonest site signs a second vector for the same round. */
    private Acceptance foldAnother(RoundProtocol round, int site) {
        Bytes vector = Bytes.wrap(Words.toBytes(consortium.randomInput()));
        HeaderBody first =
                HeaderBody.parse(uploads.get(site).message().header().body()).orElseThrow();
        Bytes body =
                new HeaderBody(
                                first.round(),
                                site,
                                first.ctx(),
                                VectorHash.of(StoredVector.of(vector)))
                        .bytes();
        var header = new SignedBody(body, consortium.identities.get(site).sign(body));
        return round.fold(site, header, vector);
    }

    private static Acceptance rejected(Reason reason) {
        return new Acceptance.Rejected(reason);
    }

    @Test
    void r1ASiteUploadsOnceAlsoToAnotherProcess() {
        assertEquals(new Acceptance.Accepted(), foldAnother(after, 0));
        var remembering = consortium.round(R, consortium.all());
        remembering.remember(before.proofs());
        assertEquals(rejected(Reason.CONFLICT), foldAnother(remembering, 0));
        assertEquals(new Acceptance.Accepted(), fold(remembering, 0));
        assertEquals(new Acceptance.Accepted(), fold(remembering, 3));
        assertEquals(rejected(Reason.CONFLICT), foldAnother(remembering, 3));
        assertEquals(consortium.set(0, 3), remembering.folded());
    }

    @Test
    void r1AVectorThatIsSentTwiceIsInTheSumOnce() {
        for (int site : List.of(0, 1, 2, 0, 1, 2)) {
            assertEquals(new Acceptance.Accepted(), fold(after, site));
        }
        assertEquals(proposed, after.propose().orElseThrow());
        reveal(after);
        requireSumOfThree(after);
    }

    @Test
    void r7NothingIsOpenedBeforeEveryVectorOfU3CameAgain() {
        after.restore(before.proofs());
        assertEquals(proposed, after.propose().orElseThrow());
        reveal(after);
        assertThrows(IllegalStateException.class, after::unmask);
        assertEquals(new Acceptance.Accepted(), fold(after, 0));
        assertEquals(new Acceptance.Accepted(), fold(after, 1));
        assertThrows(IllegalStateException.class, after::unmask);
        // Neither another vector nor another site takes the place of the one that is missing.
        assertEquals(rejected(Reason.CONFLICT), foldAnother(after, 2));
        assertEquals(rejected(Reason.UNEXPECTED), fold(after, 3));
        assertThrows(IllegalStateException.class, after::unmask);
        assertEquals(new Acceptance.Accepted(), fold(after, 2));
        requireSumOfThree(after);
    }

    private void reveal(RoundProtocol round) {
        for (int site = 0; site < 3; site++) {
            round.sign(site, consortium.answer(SiteMessage.Sign.class, site, proposed));
        }
        var cert = round.cert().orElseThrow();
        for (int site = 0; site < 3; site++) {
            round.reveal(site, consortium.answer(SiteMessage.Reveal.class, site, cert));
        }
    }

    private void requireSumOfThree(RoundProtocol round) {
        long[] expected = new long[Consortium.WORDS];
        inputs.subList(0, 3).forEach(input -> Words.addInto(expected, input));
        assertArrayEquals(expected, assertInstanceOf(Unmasked.Sum.class, round.unmask()).words());
    }
}
