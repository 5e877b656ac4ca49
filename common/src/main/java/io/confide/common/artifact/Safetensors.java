package io.confide.common.artifact;

import io.confide.common.files.Json;
import io.confide.common.files.JsonFields;
import io.confide.common.files.JsonText;
import io.confide.common.model.Bytes;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The safetensors format: u64 little-endian header length, JSON header padded with spaces so that the
 * data begin at a multiple of 8 bytes, then the tensors one after the other, little-endian. Only F32.
 * The same contents always give the same bytes.
 */
public final class Safetensors {
    private static final String METADATA = "__metadata__";
    private static final int HEADER_BYTES_MAX = 1 << 24;

    private Safetensors() {}

    /** A tensor of 32-bit floats, row-major. */
    public static final class Tensor {
        private final List<Integer> shape;
        private final float[] values;

        private Tensor(List<Integer> shape, float[] values) {
            this.shape = shape;
            this.values = values;
        }

        /** Copies {@code values}, whose number must be the product of {@code shape}. */
        public static Tensor of(List<Integer> shape, float[] values) {
            long count = 1;
            for (int length : shape) {
                if (length < 0) {
                    throw new IllegalArgumentException("a tensor has a negative dimension");
                }
                count = Math.multiplyExact(count, length);
            }
            if (count != values.length) {
                throw new IllegalArgumentException(
                        "a tensor of shape " + shape + " has not " + values.length + " values");
            }
            return new Tensor(List.copyOf(shape), values.clone());
        }

        public List<Integer> shape() {
            return shape;
        }

        /** A copy. */
        public float[] values() {
            return values.clone();
        }
    }

    /** Tensors by name, in file order, and free text by key. */
    public record Contents(Map<String, Tensor> tensors, SortedMap<String, String> metadata) {
        public Contents {
            tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
            metadata = Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
        }
    }

    /** The file of {@code contents}. */
    public static Bytes bytes(Contents contents) {
        Json.Obj header = Json.object();
        if (!contents.metadata().isEmpty()) {
            Json.Obj metadata = Json.object();
            for (var entry : contents.metadata().entrySet()) {
                metadata = metadata.with(entry.getKey(), entry.getValue());
            }
            header = header.with(METADATA, metadata);
        }
        long end = 0;
        for (var entry : contents.tensors().entrySet()) {
            long begin = end;
            end += 4L * entry.getValue().values.length;
            header = header.with(entry.getKey(), description(entry.getValue(), begin, end));
        }
        byte[] json = header.canonical().getBytes(StandardCharsets.UTF_8);
        int padded = (json.length + 7) / 8 * 8;
        var out = ByteBuffer.allocate(Math.toIntExact(8 + padded + end));
        out.order(ByteOrder.LITTLE_ENDIAN).putLong(padded).put(json);
        while (out.position() < 8 + padded) {
            out.put((byte) ' ');
        }
        for (Tensor tensor : contents.tensors().values()) {
            for (float value : tensor.values) {
                out.putFloat(value);
            }
        }
        return Bytes.wrap(out.array());
    }

    private static Json.Obj description(Tensor tensor, long begin, long end) {
        return Json.object()
                .with("dtype", "F32")
                .with("shape", new Json.Arr(tensor.shape.stream().<Json>map(Json::number).toList()))
                .with("data_offsets", new Json.Arr(List.of(Json.number(begin), Json.number(end))));
    }

    /**
     * The contents of {@code file}. Everything that the format forbids (holes, overlaps, bytes that
     * belong to no tensor, wrong lengths, unknown keys) and every type but F32 is an {@link
     * IllegalArgumentException}.
     */
    public static Contents parse(Bytes file) {
        var in = ByteBuffer.wrap(file.unsafeArray()).order(ByteOrder.LITTLE_ENDIAN);
        if (in.remaining() < 8) {
            throw malformed("it is shorter than 8 bytes");
        }
        long length = in.getLong();
        if (length < 2 || length > HEADER_BYTES_MAX || length > in.remaining()) {
            throw malformed("its header length is " + Long.toUnsignedString(length));
        }
        var text = new byte[(int) length];
        in.get(text);
        if (text[0] != '{') {
            throw malformed("its header does not begin with {");
        }
        if (!(JsonText.parse(Bytes.wrap(text)) instanceof Json.Obj header)) {
            throw malformed("its header is no object");
        }
        return contents(header, in.slice().order(ByteOrder.LITTLE_ENDIAN));
    }

    private record Entry(String name, List<Integer> shape, long begin, long end) {}

    private static Contents contents(Json.Obj header, ByteBuffer data) {
        var metadata = new TreeMap<String, String>();
        var entries = new ArrayList<Entry>();
        for (var member : header.members().entrySet()) {
            if (member.getKey().equals(METADATA)) {
                metadata.putAll(metadata(member.getValue()));
            } else {
                entries.add(entry(member.getKey(), member.getValue()));
            }
        }
        entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        var tensors = new LinkedHashMap<String, Tensor>();
        long end = 0;
        for (Entry entry : entries) {
            if (entry.begin() != end || entry.end() < end || entry.end() > data.limit()) {
                throw malformed("the offsets of " + entry.name() + " leave a hole or overlap");
            }
            end = entry.end();
            tensors.put(entry.name(), tensor(entry, data));
        }
        if (end != data.limit()) {
            throw malformed("it has bytes that belong to no tensor");
        }
        return new Contents(tensors, metadata);
    }

    private static Tensor tensor(Entry entry, ByteBuffer data) {
        int size = (int) (entry.end() - entry.begin());
        if (size % 4 != 0) {
            throw malformed(entry.name() + " has no whole number of floats");
        }
        var values = new float[size / 4];
        data.slice((int) entry.begin(), size)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return Tensor.of(entry.shape(), values);
    }

    private static Entry entry(String name, Json json) {
        var fields = JsonFields.of(json, name);
        if (!fields.text("dtype").equals("F32")) {
            throw malformed(name + " is not of type F32");
        }
        if (!(json instanceof Json.Obj object) || object.members().size() != 3) {
            throw malformed(name + " has unknown fields");
        }
        List<Long> offsets = wholes(name, fields.array("data_offsets"));
        if (offsets.size() != 2) {
            throw malformed(name + " needs two offsets");
        }
        List<Integer> shape =
                wholes(name, fields.array("shape")).stream().map(Math::toIntExact).toList();
        return new Entry(name, shape, offsets.get(0), offsets.get(1));
    }

    private static List<Long> wholes(String name, Json.Arr array) {
        var wholes = new ArrayList<Long>();
        for (Json item : array.items()) {
            if (!(item instanceof Json.Num(double value))
                    || value < 0
                    || value > Integer.MAX_VALUE
                    || value != Math.rint(value)) {
                throw malformed(name + " has a shape or offset that is no whole number");
            }
            wholes.add((long) value);
        }
        return wholes;
    }

    private static SortedMap<String, String> metadata(Json json) {
        if (!(json instanceof Json.Obj object)) {
            throw malformed("its metadata is no object");
        }
        var metadata = new TreeMap<String, String>();
        for (var member : object.members().entrySet()) {
            if (!(member.getValue() instanceof Json.Text(String text))) {
                throw malformed("its metadata holds something else than text");
            }
            metadata.put(member.getKey(), text);
        }
        return metadata;
    }

    private static IllegalArgumentException malformed(String why) {
        return new IllegalArgumentException("no safetensors file: " + why);
    }
}
