package io.confide.common.files;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Typed access to an object whose writer was this program; every mismatch is an {@link IllegalArgumentException}. */
public final class JsonFields {
    private final Json.Obj object;
    private final String path;

    private JsonFields(Json.Obj object, String path) {
        this.object = object;
        this.path = path;
    }

    /** Reads {@code json}, which must be an object; {@code path} names it in errors. */
    public static JsonFields of(Json json, String path) {
        if (json instanceof Json.Obj object) {
            return new JsonFields(object, path);
        }
        throw new IllegalArgumentException(path + " is not an object");
    }

    public String text(String key) {
        if (find(key).orElse(new Json.Nil()) instanceof Json.Text(String value)) {
            return value;
        }
        throw wrong(key, "a text");
    }

    public Optional<String> textIfPresent(String key) {
        return find(key).map(_ -> text(key));
    }

    public double number(String key) {
        if (find(key).orElse(new Json.Nil()) instanceof Json.Num(double value)) {
            return value;
        }
        throw wrong(key, "a number");
    }

    public int integer(String key) {
        double value = number(key);
        if (value != (int) value) {
            throw wrong(key, "a whole number");
        }
        return (int) value;
    }

    /** A whole number within ±2^53. */
    public long wholeNumber(String key) {
        double value = number(key);
        if (value != Math.rint(value) || Math.abs(value) > Json.INTEGER_MAX) {
            throw wrong(key, "a whole number");
        }
        return (long) value;
    }

    public <E extends Enum<E>> E word(String key, Class<E> type) {
        return Words.find(type, text(key))
                .orElseThrow(() -> wrong(key, "one of " + Words.all(type).keySet()));
    }

    /** The constant that is written under {@code key}; {@code absent} if the key is not there. */
    public <E extends Enum<E>> E wordOr(String key, E absent) {
        return find(key).isPresent() ? word(key, absent.getDeclaringClass()) : absent;
    }

    public JsonFields object(String key) {
        return of(find(key).orElse(new Json.Nil()), path + "." + key);
    }

    public Json.Arr array(String key) {
        if (find(key).orElse(new Json.Nil()) instanceof Json.Arr array) {
            return array;
        }
        throw wrong(key, "an array");
    }

    /** The keys of the object, sorted. */
    public SortedSet<String> keys() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(object.members().keySet()));
    }

    public Optional<Json> find(String key) {
        return Optional.ofNullable(object.members().get(key));
    }

    private IllegalArgumentException wrong(String key, String expected) {
        return new IllegalArgumentException(path + "." + key + " is not " + expected);
    }
}
