package io.confide.common.secagg;

import static io.confide.common.secagg.ReferenceVectors.JOB;
import static io.confide.common.secagg.ReferenceVectors.filled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.crypto.MlKem768;
import io.confide.common.layout.Label;
import io.confide.common.layout.LayoutWriter;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.SiteId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** K25: what a receiver parses has exactly one form. */
class StrictParsingTest {
    private static final RoundFields ROUND = new RoundFields(JOB, filled("55"), 7);
    private static final SiteSet SITES = SiteSet.of(11, List.of(0, 1, 2, 4, 10));
    private static final ContextFields CONTEXT =
            new ContextFields(ROUND, filled("66"), filled("77"), filled("88"), SITES);
    private static final S0Body S0 = new S0Body(JOB, 3, 7, 2, filled("aa"), filled("bb"));
    private static final Bytes EK = MlKem768.generate(new SecureRandom()).encapsulationKey();

    static Stream<Arguments> bodies() {
        var s1 =
                new S1Body(S0, 4, filled("01").value(), EK, filled("02"), Bytes.wrap(new byte[16]));
        var s3 =
                new S3Body(
                        filled("11"), 1, new TreeMap<>(Map.of(2, filled("12"), 5, filled("13"))));
        var reveal =
                new RevealBody(
                        ROUND,
                        3,
                        filled("14"),
                        new TreeMap<>(
                                Map.of(
                                        0,
                                        share(SecretKind.SELF),
                                        2,
                                        share(SecretKind.RECOVERY),
                                        9,
                                        share(SecretKind.SELF))));
        Bytes path =
                Merkle.path(
                        List.of(filled("01").value().toArray(), filled("02").value().toArray()), 1);
        return Stream.of(
                body(S0, S0Body::bytes, S0Body::parse),
                body(s1, S1Body::bytes, S1Body::parse),
                body(
                        new S2Body(filled("11"), 4, filled("12").value()),
                        S2Body::bytes,
                        S2Body::parse),
                body(s3, S3Body::bytes, S3Body::parse),
                body(new S4Body(filled("11"), 4, filled("12")), S4Body::bytes, S4Body::parse),
                body(
                        new S5Body(
                                filled("11"),
                                4,
                                filled("12"),
                                SITES,
                                new LedgerHead(9, filled("13"))),
                        S5Body::bytes,
                        S5Body::parse),
                body(
                        new ComplaintBody(filled("11"), 4, 2, ComplaintBody.Reason.KEM),
                        ComplaintBody::bytes,
                        ComplaintBody::parse),
                body(
                        new BlameBody(ROUND, 4, SecretKind.RECOVERY),
                        BlameBody::bytes,
                        BlameBody::parse),
                body(
                        new BlameAnswerBody(
                                new BlameBody(ROUND, 4, SecretKind.SELF),
                                2,
                                filled("bb").value(),
                                path,
                                filled("cc"),
                                filled("dd"),
                                path),
                        BlameAnswerBody::bytes,
                        BlameAnswerBody::parse),
                body(new OpenBody(CONTEXT, 1_700_000_000_000L), OpenBody::bytes, OpenBody::parse),
                body(
                        new HeaderBody(ROUND, 4, filled("12"), filled("13")),
                        HeaderBody::bytes,
                        HeaderBody::parse),
                body(
                        new ProposeBody(ROUND, filled("12"), SITES, SITES),
                        ProposeBody::bytes,
                        ProposeBody::parse),
                body(new CertBody(CONTEXT, SITES), CertBody::bytes, CertBody::parse),
                body(reveal, RevealBody::bytes, RevealBody::parse),
                body(
                        new ResultBody(
                                ROUND, filled("12"), Digest.ZERO, ResultBody.Status.INTEGRITY),
                        ResultBody::bytes,
                        ResultBody::parse),
                body(roster(), Roster::bytes, Roster::parse),
                body(
                        SecAggPolicy.completeGraph(
                                roster(),
                                3,
                                SecAggPolicy.FastPath.ALLOWED,
                                filled("88"),
                                filled("89")),
                        SecAggPolicy::bytes,
                        SecAggPolicy::parse));
    }

    private static RevealBody.Share share(SecretKind kind) {
        return new RevealBody.Share(kind, filled("15").value());
    }

    private static Roster roster() {
        return new Roster(
                4,
                1,
                filled("90").value(),
                List.of(
                        new Roster.Member(new SiteId("north"), filled("91").value()),
                        new Roster.Member(new SiteId("south"), filled("92").value()),
                        new Roster.Member(new SiteId("west-2"), filled("93").value())));
    }

    private static <T> Arguments body(
            T value, Function<T, Bytes> bytes, Function<Bytes, Optional<T>> parse) {
        return Arguments.of(value, bytes.apply(value), parse, bytes);
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void readsBackExactlyWhatWasWritten(
            Object value, Bytes bytes, Function<Bytes, Optional<?>> parse) {
        assertEquals(Optional.of(value), parse.apply(bytes));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void refusesBodiesThatAreCutOrContinued(
            Object value, Bytes bytes, Function<Bytes, Optional<?>> parse) {
        for (int length = 0; length < bytes.length(); length++) {
            assertTrue(parse.apply(resized(bytes, length)).isEmpty());
        }
        assertTrue(parse.apply(resized(bytes, bytes.length() + 1)).isEmpty());
        assertTrue(parse.apply(resized(bytes, bytes.length() + 40)).isEmpty());
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void refusesEveryOtherLabel(Object value, Bytes bytes, Function<Bytes, Optional<?>> parse) {
        int label = 4 + bytes.unsafeArray()[3];
        for (int bit = 0; bit < 8 * label; bit++) {
            byte[] changed = bytes.toArray();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertTrue(parse.apply(Bytes.wrap(changed)).isEmpty());
        }
    }

    /** No two byte strings mean the same: whatever is accepted is written again byte for byte. */
    @ParameterizedTest
    @MethodSource("bodies")
    <T> void acceptsOnlyCanonicalBytes(
            T value, Bytes bytes, Function<Bytes, Optional<T>> parse, Function<T, Bytes> write) {
        var random = new Random(7);
        for (int trial = 0; trial < 3000; trial++) {
            byte[] changed = bytes.toArray();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            }
            Bytes mutant = Bytes.wrap(changed);
            parse.apply(mutant).ifPresent(accepted -> assertEquals(mutant, write.apply(accepted)));
        }
    }

    @Test
    void refusesEntriesThatAreNotAscending() {
        var kem = LayoutWriter.of(Label.KEM).raw(filled("11")).u32(1).u32(2);
        kem.u32(5).raw(filled("12")).u32(2).raw(filled("13"));
        assertTrue(S3Body.parse(kem.toBytes()).isEmpty());
        var twice = LayoutWriter.of(Label.KEM).raw(filled("11")).u32(1).u32(2);
        twice.u32(5).raw(filled("12")).u32(5).raw(filled("13"));
        assertTrue(S3Body.parse(twice.toBytes()).isEmpty());
        var reveal = ROUND.writeTo(LayoutWriter.of(Label.REVEAL)).u32(3).raw(filled("14"));
        reveal.u32(2).u32(4).u8(1).raw(filled("15")).u32(4).u8(2).raw(filled("15"));
        assertTrue(RevealBody.parse(reveal.toBytes()).isEmpty());
    }

    @Test
    void refusesEntriesForLowerSitesAndUnknownTypes() {
        var kem = LayoutWriter.of(Label.KEM).raw(filled("11")).u32(3).u32(1);
        assertTrue(S3Body.parse(kem.u32(3).raw(filled("12")).toBytes()).isEmpty());
        var reveal = ROUND.writeTo(LayoutWriter.of(Label.REVEAL)).u32(3).raw(filled("14"));
        assertTrue(
                RevealBody.parse(reveal.u32(1).u32(4).u8(3).raw(filled("15")).toBytes()).isEmpty());
    }

    @Test
    void refusesAComplaintAboutItsOwnAccuser() {
        var complaint = LayoutWriter.of(Label.COMPLAINT).raw(filled("11")).u32(4);
        assertTrue(ComplaintBody.parse(complaint.u32(4).u8(1).toBytes()).isEmpty());
    }

    @Test
    void refusesPathsThatAreDeeperThanAnyTree() {
        assertTrue(answer(31).isPresent());
        assertTrue(answer(32).isEmpty());
    }

    /** With a path of that many steps. */
    private static Optional<BlameAnswerBody> answer(int steps) {
        var body = ROUND.writeTo(LayoutWriter.of(Label.BLAME_ANSWER)).u32(4).u8(1);
        body.u32(2).raw(filled("bb")).u32(steps).raw(new byte[33 * steps]);
        return BlameAnswerBody.parse(body.raw(filled("cc")).raw(filled("dd")).u32(0).toBytes());
    }

    @Test
    void refusesCountsThatTheBytesCannotHold() {
        var kem = LayoutWriter.of(Label.KEM).raw(filled("11")).u32(3).u32(0x7fff_ffff);
        assertTrue(S3Body.parse(kem.toBytes()).isEmpty());
        var negative = LayoutWriter.of(Label.KEM).raw(filled("11")).u32(3).u32(0xffff_ffffL);
        assertTrue(S3Body.parse(negative.toBytes()).isEmpty());
    }

    @Test
    void refusesSpareBitsInEveryBitmap() {
        byte[] cert = new CertBody(CONTEXT, SITES).bytes().toArray();
        cert[cert.length - 1] |= (byte) 0x80;
        assertTrue(CertBody.parse(Bytes.wrap(cert)).isEmpty());
        byte[] propose = new ProposeBody(ROUND, filled("12"), SITES, SITES).bytes().toArray();
        propose[propose.length - 3] |= 0x08;
        assertTrue(ProposeBody.parse(Bytes.wrap(propose)).isEmpty());
    }

    @Test
    void refusesAHelloWithAnEncapsulationKeyOfAnotherLength() {
        Bytes key = filled("01").value();
        Bytes boot = Bytes.wrap(new byte[16]);
        Bytes shorter = resized(EK, MlKem768.ENCAPSULATION_KEY_BYTES - 1);
        assertThrows(
                IllegalArgumentException.class,
                () -> new S1Body(S0, 4, key, shorter, filled("02"), boot));
    }

    private static Bytes resized(Bytes bytes, int length) {
        return Bytes.wrap(Arrays.copyOf(bytes.unsafeArray(), length));
    }
}
