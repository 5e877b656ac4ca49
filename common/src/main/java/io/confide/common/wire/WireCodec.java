package io.confide.common.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;

import io.confide.common.wire.v1.CoordinatorFrame;
import io.confide.common.wire.v1.SiteFrame;

/**
 * Frames to bytes and back: protobuf, read strictly (check K25). Stateless.
 *
 * <p>A frame is refused if anything in it would be ignored: unknown fields, a field given twice, an
 * explicit default. So there is one reading of every accepted frame.
 */
public final class WireCodec {
    private static final Parser<SiteFrame> SITE =
            DiscardUnknownFieldsParser.wrap(SiteFrame.parser());
    private static final Parser<CoordinatorFrame> COORDINATOR =
            DiscardUnknownFieldsParser.wrap(CoordinatorFrame.parser());

    private WireCodec() {}

    /** Returns the bytes of one WebSocket message from a site. */
    public static byte[] encodeSite(Frame<SiteBody> frame) {
        var builder =
                SiteFrame.newBuilder()
                        .setSequence(frame.sequence())
                        .setAcknowledged(frame.acknowledged());
        SiteFrames.put(frame.body(), builder);
        return bytes(builder.build());
    }

    /** Returns the bytes of one WebSocket message from the coordinator. */
    public static byte[] encodeCoordinator(Frame<CoordinatorBody> frame) {
        var builder =
                CoordinatorFrame.newBuilder()
                        .setSequence(frame.sequence())
                        .setAcknowledged(frame.acknowledged());
        CoordinatorFrames.put(frame.body(), builder);
        return bytes(builder.build());
    }

    /** Returns what a site said. */
    public static Frame<SiteBody> decodeSite(byte[] bytes) throws WireException {
        var proto = parse(SITE, bytes);
        return frame(proto.getSequence(), proto.getAcknowledged(), SiteFrames.read(proto));
    }

    /** Returns what the coordinator said. */
    public static Frame<CoordinatorBody> decodeCoordinator(byte[] bytes) throws WireException {
        var proto = parse(COORDINATOR, bytes);
        return frame(proto.getSequence(), proto.getAcknowledged(), CoordinatorFrames.read(proto));
    }

    private static <B> Frame<B> frame(long sequence, long acknowledged, B body)
            throws WireException {
        return new Frame<>(
                Fields.counter("sequence", sequence),
                Fields.counter("acknowledged", acknowledged),
                body);
    }

    private static byte[] bytes(Message message) {
        if (message.getSerializedSize() > WireLimits.FRAME_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "a frame of %d bytes is over the limit of %d"
                            .formatted(message.getSerializedSize(), WireLimits.FRAME_BYTES_MAX));
        }
        return message.toByteArray();
    }

    private static <M extends Message> M parse(Parser<M> parser, byte[] bytes)
            throws WireException {
        if (bytes.length > WireLimits.FRAME_BYTES_MAX) {
            throw new WireException(
                    "the frame is over %d bytes".formatted(WireLimits.FRAME_BYTES_MAX));
        }
        M message;
        try {
            // Aliasing: the fields share `bytes` until they are copied once into Bytes.
            CodedInputStream input = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
            input.enableAliasing(true);
            message = parser.parseFrom(input);
            input.checkLastTagWas(0);
        } catch (InvalidProtocolBufferException e) {
            throw new WireException("the frame is not protobuf of this version", e);
        }
        // Unknown fields were discarded, doubled ones merged: either makes the message shorter.
        if (message.getSerializedSize() != bytes.length) {
            throw new WireException("the frame has unknown, repeated or non-canonical fields");
        }
        return message;
    }
}
