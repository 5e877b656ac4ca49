package io.confide.common.encoding;

import io.confide.common.layout.Label;
import io.confide.common.layout.LayoutReader;
import io.confide.common.layout.LayoutWriter;
import io.confide.common.model.Bytes;
import io.confide.common.model.Rounding;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The canonical bytes of a codec: L("codec") ‖ u32 N ‖ u32 segments ‖ per segment u8 kind ‖ LP(name) ‖ u32 length ‖
 *
 * <ul>
 *   <li>kind 1, reals rounded stochastically, and 3, to the nearest: u64 range ‖ u8 bits
 *   <li>kind 2, counts: nothing
 *   <li>kind 4, rotated reals: u64 range ‖ u8 bits ‖ u8 rounding (1 stochastic, 2 nearest) ‖ u64 norm ‖ u32 block ‖ seed
 *   <li>kind 5, integers: u64 most ‖ u64 noise
 * </ul>
 *
 * Range, norm and noise are the bits of IEEE 754 doubles.
 */
final class CodecLayout {
    private static final int REALS = 1;
    private static final int COUNTS = 2;
    private static final int NEAREST_REALS = 3;
    private static final int ROTATED = 4;
    private static final int INTEGERS = 5;
    private static final int SEGMENT_BYTES_MIN = 1 + Integer.BYTES + 1 + Integer.BYTES;

    private static final int STOCHASTIC = 1;
    private static final int NEAREST = 2;

    private CodecLayout() {}

    static Bytes bytes(List<Segment> segments, int rosterSize) {
        var writer = LayoutWriter.of(Label.CODEC).u32(rosterSize).u32(segments.size());
        segments.forEach(segment -> write(writer, segment));
        return writer.toBytes();
    }

    private static void write(LayoutWriter writer, Segment segment) {
        writer.u8(kind(segment))
                .prefixed(segment.name().getBytes(StandardCharsets.US_ASCII))
                .u32(segment.length());
        switch (segment) {
            case Segment.Reals reals -> number(writer, reals.range()).u8(reals.bits());
            case Segment.Counts _ -> {}
            case Segment.Rotated rotated -> {
                Hadamard rotation = rotated.rotation();
                number(writer, rotated.range())
                        .u8(rotated.bits())
                        .u8(rotated.rounding() == Rounding.STOCHASTIC ? STOCHASTIC : NEAREST);
                number(writer, rotation.norm()).u32(rotation.block()).raw(rotation.seed());
            }
            case Segment.Integers integers -> number(writer.u64(integers.most()), integers.noise());
        }
    }

    private static int kind(Segment segment) {
        return switch (segment) {
            case Segment.Reals reals ->
                    switch (reals.rounding()) {
                        case STOCHASTIC -> REALS;
                        case NEAREST -> NEAREST_REALS;
                    };
            case Segment.Counts _ -> COUNTS;
            case Segment.Rotated _ -> ROTATED;
            case Segment.Integers _ -> INTEGERS;
        };
    }

    private static LayoutWriter number(LayoutWriter writer, double value) {
        return writer.bits64(Double.doubleToLongBits(value));
    }

    static Optional<Codec> parse(Bytes body) {
        return LayoutReader.parse(body, Label.CODEC, CodecLayout::read)
                // Doubles have several zeros and many NaN: only what would be written is read.
                .filter(codec -> codec.bytes().equals(body));
    }

    private static Codec read(LayoutReader in) {
        int rosterSize = in.u32();
        int count = in.count(SEGMENT_BYTES_MIN);
        var segments = new ArrayList<Segment>();
        for (int at = 0; at < count; at++) {
            segments.add(readSegment(in));
        }
        return Codec.of(segments, rosterSize);
    }

    private static Segment readSegment(LayoutReader in) {
        int kind = in.u8();
        String name = new String(in.prefixed().unsafeArray(), StandardCharsets.US_ASCII);
        int length = in.u32();
        return switch (kind) {
            case REALS -> new Segment.Reals(name, length, number(in), in.u8(), Rounding.STOCHASTIC);
            case NEAREST_REALS ->
                    new Segment.Reals(name, length, number(in), in.u8(), Rounding.NEAREST);
            case COUNTS -> new Segment.Counts(name, length);
            case ROTATED ->
                    new Segment.Rotated(
                            name,
                            length,
                            number(in),
                            in.u8(),
                            rounding(in.u8()),
                            new Hadamard(number(in), in.u32(), in.digest()));
            case INTEGERS -> new Segment.Integers(name, length, in.u64(), number(in));
            default -> throw new IllegalArgumentException("there is no segment kind " + kind);
        };
    }

    private static double number(LayoutReader in) {
        return Double.longBitsToDouble(in.bits64());
    }

    private static Rounding rounding(int code) {
        return switch (code) {
            case STOCHASTIC -> Rounding.STOCHASTIC;
            case NEAREST -> Rounding.NEAREST;
            default -> throw new IllegalArgumentException("there is no rounding " + code);
        };
    }
}
