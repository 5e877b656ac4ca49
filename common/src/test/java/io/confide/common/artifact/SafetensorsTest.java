package io.confide.common.artifact;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.confide.common.model.Bytes;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

class SafetensorsTest {
    private static final String HEADER =
            "{\"__metadata__\":{\"k\":\"v\"},"
                    + "\"a\":{\"data_offsets\":[0,8],\"dtype\":\"F32\",\"shape\":[2]},"
                    + "\"b\":{\"data_offsets\":[8,12],\"dtype\":\"F32\",\"shape\":[1,1]}}";

    private static Bytes file(String header, byte[] data) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return Bytes.wrap(
                ByteBuffer.allocate(8 + json.length + data.length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(json.length)
                        .put(json)
                        .put(data)
                        .array());
    }

    private static Safetensors.Contents example() {
        var tensors = new LinkedHashMap<String, Safetensors.Tensor>();
        tensors.put("a", Safetensors.Tensor.of(List.of(2), new float[] {1, -2.5f}));
        tensors.put("b", Safetensors.Tensor.of(List.of(1, 1), new float[] {3}));
        return new Safetensors.Contents(tensors, new TreeMap<>(Map.of("k", "v")));
    }

    @Test
    void theBytesAreAsTheFormatSays() {
        String padding = " ".repeat((8 - HEADER.length() % 8) % 8);
        var data =
                ByteBuffer.allocate(12)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putFloat(1)
                        .putFloat(-2.5f)
                        .putFloat(3);
        assertEquals(file(HEADER + padding, data.array()), Safetensors.bytes(example()));
    }

    @Test
    void theDataBeginAtAMultipleOfEight() {
        long length =
                ByteBuffer.wrap(Safetensors.bytes(example()).toArray())
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getLong();
        assertEquals(0, length % 8);
    }

    @Property
    void everyTensorComesBackBitForBit(
            @ForAll @Size(max = 20) float[] first,
            @ForAll @Size(max = 20) float[] second,
            @ForAll @StringLength(max = 10) String text) {
        if (!StandardCharsets.UTF_16BE.newEncoder().canEncode(text)) {
            return;
        }
        var tensors = new LinkedHashMap<String, Safetensors.Tensor>();
        tensors.put("z", Safetensors.Tensor.of(List.of(first.length), first));
        tensors.put("a", Safetensors.Tensor.of(List.of(1, second.length), second));
        var contents = new Safetensors.Contents(tensors, new TreeMap<>(Map.of("text", text)));
        Safetensors.Contents read = Safetensors.parse(Safetensors.bytes(contents));
        assertEquals(contents.metadata(), read.metadata());
        assertArrayEquals(first, read.tensors().get("z").values());
        assertArrayEquals(second, read.tensors().get("a").values());
        assertEquals(List.of(1, second.length), read.tensors().get("a").shape());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "[8,12] | [4,8] | no safetensors file: the offsets of b leave a hole or overlap",
                "[8,12] | [9,12] | no safetensors file: the offsets of b leave a hole or overlap",
                "[8,12] | [8,16] | no safetensors file: the offsets of b leave a hole or overlap",
                "[8,12] | [8,8] | a tensor of shape [1, 1] has not 0 values",
                "[8,12] | [12,8] | no safetensors file: the offsets of b leave a hole or overlap",
                "[8,12] | [8] | no safetensors file: b needs two offsets",
                "[8,12] | [8,12.5] | no safetensors file: b has a shape or offset that is no whole"
                        + " number",
                "[8,12] | [-8,12] | no safetensors file: b has a shape or offset that is no whole"
                        + " number",
                "[1,1] | [1,2] | a tensor of shape [1, 2] has not 1 values",
                "[1,1] | [\"1\"] | no safetensors file: b has a shape or offset that is no whole"
                        + " number",
                "\"F32\",\"shape\":[2] | \"F16\",\"shape\":[2] | no safetensors file: a is not of"
                        + " type F32",
                "\"shape\":[2] | \"shape\":[2],\"x\":1 | no safetensors file: a has unknown fields",
                "\"k\":\"v\" | \"k\":1 | no safetensors file: its metadata holds something else"
                        + " than text",
                "{\"k\":\"v\"} | [] | no safetensors file: its metadata is no object",
                "{\"__meta | [\"__meta | no safetensors file: its header does not begin with {",
            })
    void refusesEveryMalformedHeader(String from, String to, String problem) {
        assertNotEquals(HEADER, HEADER.replace(from, to));
        Bytes changed = file(HEADER.replace(from, to), new byte[12]);
        var e = assertThrows(IllegalArgumentException.class, () -> Safetensors.parse(changed));
        assertEquals(problem, e.getMessage());
    }

    @Test
    void refusesATensorNamedTwice() {
        Bytes changed = file(HEADER.replace("\"b\":", "\"a\":"), new byte[12]);
        assertThrows(IllegalArgumentException.class, () -> Safetensors.parse(changed));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 8, 9, 50})
    void refusesATruncatedFile(int length) {
        byte[] whole = Safetensors.bytes(example()).toArray();
        Bytes part = Bytes.wrap(java.util.Arrays.copyOf(whole, length));
        assertThrows(IllegalArgumentException.class, () -> Safetensors.parse(part));
    }

    @Test
    void refusesMissingOrExtraData() {
        assertThrows(
                IllegalArgumentException.class,
                () -> Safetensors.parse(file(HEADER, new byte[11])));
        assertThrows(
                IllegalArgumentException.class,
                () -> Safetensors.parse(file(HEADER, new byte[13])));
    }

    @Property
    void noBytesMakeItFailInAnotherWay(@ForAll @Size(max = 64) byte[] noise) {
        byte[] bytes = Safetensors.bytes(example()).toArray();
        for (int i = 0; i < noise.length; i += 2) {
            bytes[Math.floorMod(noise[i] * 31 + i, bytes.length)] ^=
                    i + 1 < noise.length ? noise[i + 1] : 1;
        }
        try {
            Safetensors.parse(Bytes.wrap(bytes));
        } catch (IllegalArgumentException expected) {
            assertNotEquals("", expected.getMessage());
        }
    }
}
