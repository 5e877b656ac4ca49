package io.confide.common.files;

import io.confide.common.model.Bytes;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A JSON value whose {@link #canonical()} text is unique: RFC 8785 (JCS), that is, keys sorted by
 * UTF-16 code units, no whitespace, shortest numbers as ECMAScript writes them. What is hashed or
 * signed as JSON goes through here.
 */
public sealed interface Json {
    /** An object. */
    record Obj(SortedMap<String, Json> members) implements Json {
        public Obj {
            members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
        }

        /** This object with one member more, or replaced. */
        public Obj with(String key, Json value) {
            var next = new TreeMap<>(members);
            next.put(key, value);
            return new Obj(next);
        }

        public Obj with(String key, String value) {
            return with(key, new Text(value));
        }

        /** {@code value} within ±2^53, beyond which JSON readers disagree. */
        public Obj with(String key, long value) {
            return with(key, Json.number(value));
        }

        public Obj with(String key, double value) {
            return with(key, new Num(value));
        }
    }

    /** An array. */
    record Arr(List<Json> items) implements Json {
        public Arr {
            items = List.copyOf(items);
        }
    }

    /** A string. */
    record Text(String value) implements Json {}

    /** A finite number; -0 becomes 0. */
    record Num(double value) implements Json {
        public Num {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("JSON has no number " + value);
            }
            value += 0.0;
        }
    }

    /** {@code true} or {@code false}. */
    record Bool(boolean value) implements Json {}

    /** {@code null}. */
    record Nil() implements Json {}

    long INTEGER_MAX = 1L << 53;

    static Obj object() {
        return new Obj(new TreeMap<>());
    }

    static Num number(long value) {
        if (value > INTEGER_MAX || value < -INTEGER_MAX) {
            throw new IllegalArgumentException(value + " is beyond 2^53: write it as text");
        }
        return new Num(value);
    }

    /** An array of strings. */
    static Arr texts(List<String> values) {
        return new Arr(values.stream().<Json>map(Text::new).toList());
    }

    /** The canonical text. */
    default String canonical() {
        var out = new StringBuilder();
        CanonicalJson.write(this, out);
        return out.toString();
    }

    /** The canonical text in UTF-8. */
    default Bytes bytes() {
        return Bytes.wrap(canonical().getBytes(StandardCharsets.UTF_8));
    }
}
