package io.confide.common.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;

import io.confide.common.wire.v1.CoordinatorFrame;
import io.confide.common.wire.v1.JobEnded;
import io.confide.common.wire.v1.RoundAborted;
import io.confide.common.wire.v1.RoundOpen;
import io.confide.common.wire.v1.SetupSummary;
import io.confide.common.wire.v1.SignedBody;
import io.confide.common.wire.v1.VectorBody;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * K25 at a site: what a coordinator says stays within {@link WireLimits}. Every frame is right but for one
 * field, and one that keeps to the bound is taken.
 */
class WireLimitsTest {
    private static final SignedBody SIGNED = signed(1, 64);

    private static ByteString zeros(int length) {
        return UnsafeByteOperations.unsafeWrap(new byte[length]);
    }

    private static SignedBody signed(int body, int signature) {
        return SignedBody.newBuilder().setBody(zeros(body)).setSignature(zeros(signature)).build();
    }

    private static VectorBody chunked(long size) {
        var vector = VectorBody.newBuilder();
        vector.getChunkedBuilder().setSize(size).setHash(zeros(32));
        return vector.build();
    }

    private static RoundOpen.Builder open() {
        return RoundOpen.newBuilder()
                .setJob(zeros(16))
                .setBody(SIGNED)
                .setConfig(zeros(WireLimits.CONFIG_BYTES_MAX))
                .setCodec(zeros(WireLimits.CODEC_BYTES_MAX))
                .setModel(chunked(WireLimits.VECTOR_BYTES_MAX));
    }

    private static void takes(CoordinatorFrame.Builder frame) throws WireException {
        assertEquals(7, WireCodec.decodeCoordinator(bytes(frame)).sequence());
    }

    private static void refuses(CoordinatorFrame.Builder frame, String sentence) {
        byte[] bytes = bytes(frame);
        var refused = assertThrows(WireException.class, () -> WireCodec.decodeCoordinator(bytes));
        assertEquals(sentence, refused.getMessage());
    }

    private static byte[] bytes(CoordinatorFrame.Builder frame) {
        return frame.setSequence(7).build().toByteArray();
    }

    private static CoordinatorFrame.Builder frame(RoundOpen.Builder open) {
        return CoordinatorFrame.newBuilder().setOpen(open);
    }

    @Test
    void k25AFrameIsRefusedForItsLengthAlone() throws WireException {
        takes(frame(open().setBody(signed(WireLimits.SIGNED_BODY_BYTES_MAX, 64))));
        refuses(
                frame(open().setBody(signed(WireLimits.FRAME_BYTES_MAX, 64))),
                "the frame is over 16777216 bytes");
    }

    @Test
    void k25EveryPartHasItsOwnBound() {
        refuses(
                frame(open().setBody(signed(WireLimits.SIGNED_BODY_BYTES_MAX + 1, 64))),
                "body has 4194305 bytes, more than 4194304");
        refuses(
                frame(open().setConfig(zeros(WireLimits.CONFIG_BYTES_MAX + 1))),
                "config has 65537 bytes, more than 65536");
        refuses(
                frame(open().setCodec(zeros(WireLimits.CODEC_BYTES_MAX + 1))),
                "codec has 65537 bytes, more than 65536");
    }

    @Test
    void k25NothingOfAFixedLengthIsLonger() {
        refuses(frame(open().setJob(zeros(17))), "job has 17 bytes, not 16");
        refuses(frame(open().setBody(signed(1, 65))), "signature has 65 bytes, not 64");
    }

    @Test
    void k25ASignatureOfNothingIsNoBody() {
        refuses(frame(open().setBody(signed(0, 64))), "a signed body is missing");
    }

    @ParameterizedTest
    @ValueSource(longs = {WireLimits.VECTOR_BYTES_MAX + 1, Long.MAX_VALUE, -1, Long.MIN_VALUE})
    void k25NoModelIsAnnouncedThatIsTooLarge(long size) {
        refuses(frame(open().setModel(chunked(size))), "the vector is too large");
    }

    @Test
    void k25ListsAreBounded() throws WireException {
        var open = open();
        for (int cert = 0; cert < WireLimits.ABORTED_MAX; cert++) {
            open.addAborted(RoundAborted.getDefaultInstance());
        }
        takes(frame(open.clone()));
        refuses(
                frame(open.addAborted(RoundAborted.getDefaultInstance())),
                "aborted has more than 16 entries");
    }

    @Test
    void k25AnOutcomeIsAShortText() throws WireException {
        takes(ended(WireLimits.REASON_CHARS_MAX));
        refuses(ended(WireLimits.REASON_CHARS_MAX + 1), "outcome has more than 2000 characters");
    }

    private static CoordinatorFrame.Builder ended(int chars) {
        return CoordinatorFrame.newBuilder()
                .setJobEnded(JobEnded.newBuilder().setJob(zeros(16)).setOutcome("x".repeat(chars)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5})
    void k25ASiteHasFourDigestsOrNone(int count) throws WireException {
        takes(summary(0));
        takes(summary(4));
        refuses(summary(count), "digests has neither 0 nor 4 values");
    }

    private static CoordinatorFrame.Builder summary(int count) {
        var summary = SetupSummary.newBuilder().setJob(zeros(16));
        var digests = summary.addDigestsBuilder().setSite(3);
        for (int value = 0; value < count; value++) {
            digests.addValues(zeros(32));
        }
        return CoordinatorFrame.newBuilder().setSummary(summary);
    }
}
