package io.confide.common.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.VectorBody;
import io.confide.common.wire.v1.Greeting;
import io.confide.common.wire.v1.IndexedBytes;
import io.confide.common.wire.v1.Progress;
import io.confide.common.wire.v1.RoundUpload;
import io.confide.common.wire.v1.SetupHello;
import io.confide.common.wire.v1.SetupKem;
import io.confide.common.wire.v1.SiteFrame;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

class WireCodecTest {
    private static final JobId JOB = new JobId(new UUID(1, 2));
    private static final ByteString SIXTEEN = ByteString.copyFrom(new byte[16]);
    private static final io.confide.common.wire.v1.SignedBody SIGNED =
            io.confide.common.wire.v1.SignedBody.newBuilder()
                    .setBody(ByteString.copyFrom(new byte[] {1}))
                    .setSignature(ByteString.copyFrom(new byte[64]))
                    .build();

    @Provide
    Arbitrary<Frame<SiteBody>> siteFrames() {
        return WireMessages.siteFrames();
    }

    @Provide
    Arbitrary<Frame<CoordinatorBody>> coordinatorFrames() {
        return WireMessages.coordinatorFrames();
    }

    @Property(tries = 1000)
    void everythingASiteSaysComesBackEqual(@ForAll("siteFrames") Frame<SiteBody> frame)
            throws WireException {
        assertEquals(frame, WireCodec.decodeSite(WireCodec.encodeSite(frame)));
    }

    @Property(tries = 1000)
    void everythingTheCoordinatorSaysComesBackEqual(
            @ForAll("coordinatorFrames") Frame<CoordinatorBody> frame) throws WireException {
        assertEquals(frame, WireCodec.decodeCoordinator(WireCodec.encodeCoordinator(frame)));
    }

    @Property(tries = 3000)
    void anyBytesAreAMessageOrAWireException(@ForAll byte[] bytes) {
        decodeBoth(bytes);
    }

    @Property(tries = 3000)
    void aDamagedMessageIsAnotherMessageOrAWireException(
            @ForAll("siteFrames") Frame<SiteBody> frame, @ForAll int where, @ForAll byte what) {
        byte[] bytes = WireCodec.encodeSite(frame);
        if (bytes.length > 0) {
            bytes[Math.floorMod(where, bytes.length)] = what;
        }
        decodeBoth(bytes);
    }

    @Property(tries = 1000)
    void anAcceptedMessageHasOneEncodingOnly(
            @ForAll("siteFrames") Frame<SiteBody> frame, @ForAll int where, @ForAll byte what) {
        byte[] bytes = WireCodec.encodeSite(frame);
        if (bytes.length > 0) {
            bytes[Math.floorMod(where, bytes.length)] = what;
        }
        try {
            var decoded = WireCodec.decodeSite(bytes);
            assertEquals(bytes.length, WireCodec.encodeSite(decoded).length);
        } catch (WireException refused) {
            assertTrue(refused.getMessage().length() > 3);
        }
    }

    @Test
    void refusesAJobIdOfFifteenBytes() {
        refuses(
                SiteFrame.newBuilder()
                        .setHello(
                                SetupHello.newBuilder()
                                        .setJob(ByteString.copyFrom(new byte[15]))
                                        .setS1(SIGNED)),
                "job has 15 bytes, not 16");
    }

    @Test
    void refusesASignatureOfSixtyThreeBytes() {
        var signed = SIGNED.toBuilder().setSignature(ByteString.copyFrom(new byte[63]));
        refuses(
                SiteFrame.newBuilder()
                        .setHello(SetupHello.newBuilder().setJob(SIXTEEN).setS1(signed)),
                "signature has 63 bytes, not 64");
    }

    @Test
    void refusesASiteIndexThatNoRosterHas() {
        refuses(kem(10_000), "a site index is not below 10000");
        refuses(kem(-1), "a site index is not below 10000");
    }

    @Test
    void refusesSiteIndicesThatAreNotAscending() {
        refuses(kem(3, 3), "site indices are not ascending");
        refuses(kem(4, 3), "site indices are not ascending");
    }

    @Test
    void refusesAnEnumValueOfAnotherVersion() {
        var progress = Progress.newBuilder().setJob(SIXTEEN).setRound(1);
        refuses(
                SiteFrame.newBuilder().setProgress(progress.setStageValue(77)),
                "stage is not one of this version");
        refuses(
                SiteFrame.newBuilder().setProgress(progress.setStageValue(0)),
                "stage is not one of this version");
    }

    @Test
    void refusesAFrameWithoutABodyAndAVectorWithoutContent() {
        refuses(SiteFrame.newBuilder().setSequence(1), "the frame has no body");
        refuses(
                SiteFrame.newBuilder()
                        .setUpload(RoundUpload.newBuilder().setJob(SIXTEEN).setHeader(SIGNED)),
                "the vector is missing");
    }

    @Test
    void refusesUnknownFieldsAtEveryDepth() {
        var unknown =
                UnknownFieldSet.newBuilder()
                        .addField(900, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                        .build();
        var hello = SetupHello.newBuilder().setJob(SIXTEEN).setS1(SIGNED);
        String sentence = "the frame has unknown, repeated or non-canonical fields";
        refuses(SiteFrame.newBuilder().setHello(hello).setUnknownFields(unknown), sentence);
        refuses(SiteFrame.newBuilder().setHello(hello.clone().setUnknownFields(unknown)), sentence);
        refuses(
                SiteFrame.newBuilder()
                        .setHello(
                                hello.clone().setS1(SIGNED.toBuilder().setUnknownFields(unknown))),
                sentence);
    }

    @Test
    void refusesABodyThatIsGivenTwice() {
        byte[] one =
                SiteFrame.newBuilder()
                        .setHello(SetupHello.newBuilder().setJob(SIXTEEN).setS1(SIGNED))
                        .build()
                        .toByteArray();
        byte[] twice = new byte[2 * one.length];
        System.arraycopy(one, 0, twice, 0, one.length);
        System.arraycopy(one, 0, twice, one.length, one.length);
        assertThrows(WireException.class, () -> WireCodec.decodeSite(twice));
    }

    @Test
    void refusesAClockBeyondTheYear9999AndNegativeCounters() {
        refuses(
                SiteFrame.newBuilder()
                        .setGreeting(Greeting.newBuilder().setBootId(SIXTEEN).setClockMillis(-1)),
                "the clock is not a time before the year 10000");
        refuses(
                SiteFrame.newBuilder()
                        .setSequence(-1)
                        .setHello(SetupHello.newBuilder().setJob(SIXTEEN).setS1(SIGNED)),
                "sequence is 2^63 or more");
    }

    @Test
    void refusesAGreetingWithoutACapacityOrWithOneThatIsNotOfAMachine() {
        refuses(
                SiteFrame.newBuilder().setGreeting(Greeting.newBuilder().setBootId(SIXTEEN)),
                "the greeting has no capacity; a coordinator and its sites are upgraded together");
        String processors = "the number of processors is not 1 to 65536";
        refuses(greeting(0, 4096, ""), processors);
        refuses(greeting(-1, 4096, ""), processors);
        refuses(greeting(65_537, 4096, ""), processors);
        String memory = "the memory is not a power of two of at most 2^30 MiB";
        refuses(greeting(2, 0, ""), memory);
        refuses(greeting(2, 4095, ""), memory);
        refuses(greeting(2, 1L << 31, ""), memory);
        refuses(greeting(2, Long.MIN_VALUE, ""), memory);
        String accelerator = "the accelerator is not 1 to 64 printable characters";
        refuses(greeting(2, 4096, "x".repeat(65)), accelerator);
        refuses(greeting(2, 4096, "GPU\n"), accelerator);
        refuses(greeting(2, 4096, "GPU \u202e"), accelerator);
    }

    @Test
    void memoryGoesToTheNearerPowerOfTwo() {
        assertEquals(16_384, memory(16_007L << 20));
        assertEquals(8192, memory(12_287L << 20));
        assertEquals(16_384, memory(12_288L << 20));
        assertEquals(1, memory(0));
        assertEquals(Capacity.MEMORY_MEBIBYTES_MAX, memory(Long.MAX_VALUE));
    }

    private static long memory(long bytes) {
        return Capacity.of(1, bytes, Optional.empty()).memoryMebibytes();
    }

    private static SiteFrame.Builder greeting(int processors, long memory, String accelerator) {
        return SiteFrame.newBuilder()
                .setGreeting(
                        Greeting.newBuilder()
                                .setBootId(SIXTEEN)
                                .setCapacity(
                                        io.confide.common.wire.v1.Capacity.newBuilder()
                                                .setProcessors(processors)
                                                .setMemoryMebibytes(memory)
                                                .setAccelerator(accelerator)));
    }

    @Test
    void refusesOversizeOnBothSides() {
        byte[] large = new byte[WireLimits.FRAME_BYTES_MAX + 1];
        assertThrows(WireException.class, () -> WireCodec.decodeSite(large));
        var signed = new SignedBody(Bytes.wrap(large), Bytes.wrap(new byte[64]));
        var upload =
                new SiteMessage.Upload(
                        JOB, signed, new VectorBody.Inline(Bytes.copyOf(new byte[] {1})));
        assertThrows(
                IllegalArgumentException.class,
                () -> WireCodec.encodeSite(new Frame<>(1, 0, new SiteBody.Protocol(upload))));
    }

    @Test
    void refusesAnInlineVectorThatBelongsOnTheDataPlane() {
        var vector =
                io.confide.common.wire.v1.VectorBody.newBuilder()
                        .setInline(ByteString.copyFrom(new byte[VectorBody.INLINE_BYTES_MAX + 1]));
        refuses(
                SiteFrame.newBuilder()
                        .setUpload(
                                RoundUpload.newBuilder()
                                        .setJob(SIXTEEN)
                                        .setHeader(SIGNED)
                                        .setVector(vector)),
                "vector has 1048577 bytes, more than 1048576");
    }

    @Test
    void refusesFreeTextAsTheIdOfACheck() {
        refuses(
                SiteFrame.newBuilder()
                        .setDeclined(
                                io.confide.common.wire.v1.Declined.newBuilder()
                                        .setJob(SIXTEEN)
                                        .setCheck("patient 17 was missing")),
                "check is not the id of a check");
    }

    private static SiteFrame.Builder kem(int... sites) {
        var kem = SetupKem.newBuilder().setJob(SIXTEEN).setS3(SIGNED);
        for (int site : sites) {
            kem.addCiphertexts(
                    IndexedBytes.newBuilder()
                            .setSite(site)
                            .setValue(ByteString.copyFrom(new byte[1088])));
        }
        return SiteFrame.newBuilder().setKem(kem);
    }

    private static void refuses(SiteFrame.Builder frame, String sentence) {
        byte[] bytes = frame.build().toByteArray();
        var refused = assertThrows(WireException.class, () -> WireCodec.decodeSite(bytes));
        assertEquals(sentence, refused.getMessage());
    }

    private static void decodeBoth(byte[] bytes) {
        for (Decoder decoder :
                List.<Decoder>of(WireCodec::decodeSite, WireCodec::decodeCoordinator)) {
            try {
                assertTrue(decoder.decode(bytes).sequence() >= 0);
            } catch (WireException refused) {
                assertTrue(refused.getMessage().length() > 3);
            }
        }
    }

    private interface Decoder {
        Frame<?> decode(byte[] bytes) throws WireException;
    }
}
