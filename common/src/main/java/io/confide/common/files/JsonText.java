package io.confide.common.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;

import io.confide.common.model.Bytes;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.TreeMap;

/** Reads JSON text: exactly one value, no duplicate keys, no comments, at most 64 levels deep. */
public final class JsonText {
    private static final int DEPTH_MAX = 64;
    private static final JsonFactory FACTORY =
            JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private JsonText() {}

    /** The value of {@code utf8}; throws {@link IllegalArgumentException} with the line if it is no JSON. */
    public static Json parse(Bytes utf8) {
        try (JsonParser parser = FACTORY.createParser(utf8.unsafeArray())) {
            Json value = value(parser, parser.nextToken(), 0);
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("text after the end of the JSON value");
            }
            return value;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "line " + e.getLocation().getLineNr() + ": " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException("no JSON in UTF-8", e);
        }
    }

    private static Json value(JsonParser parser, @Nullable JsonToken token, int depth)
            throws IOException {
        if (token == null) {
            throw new IllegalArgumentException("the JSON text is empty or ends too early");
        }
        if (depth > DEPTH_MAX) {
            throw new IllegalArgumentException("JSON nested deeper than " + DEPTH_MAX + " levels");
        }
        return switch (token) {
            case START_OBJECT -> object(parser, depth);
            case START_ARRAY -> array(parser, depth);
            case VALUE_STRING -> new Json.Text(parser.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Json.Num(parser.getDoubleValue());
            case VALUE_TRUE -> new Json.Bool(true);
            case VALUE_FALSE -> new Json.Bool(false);
            case VALUE_NULL -> new Json.Nil();
            case END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
                    throw new IllegalArgumentException("unexpected " + token);
        };
    }

    private static Json.Obj object(JsonParser parser, int depth) throws IOException {
        var members = new TreeMap<String, Json>();
        for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
            members.put(key, value(parser, parser.nextToken(), depth + 1));
        }
        return new Json.Obj(members);
    }

    private static Json.Arr array(JsonParser parser, int depth) throws IOException {
        var items = new ArrayList<Json>();
        for (JsonToken token = parser.nextToken();
                token != JsonToken.END_ARRAY;
                token = parser.nextToken()) {
            items.add(value(parser, token, depth + 1));
        }
        return new Json.Arr(items);
    }
}
