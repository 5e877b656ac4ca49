package io.confide.common.robust;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The known answers of {@code src/test/vectors/groups.py}. */
public final class GroupVectors {
    private GroupVectors() {}

    public static Stream<JsonNode> of(String section) {
        try (var in = GroupVectors.class.getResourceAsStream("/vectors/v1/groups.json")) {
            var cases = new ObjectMapper().readTree(in).required(section);
            if (cases.isEmpty()) {
                throw new IllegalStateException("no known answers under " + section);
            }
            return StreamSupport.stream(cases.spliterator(), false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static float[] vector(JsonNode array) {
        var values = new float[array.size()];
        IntStream.range(0, values.length).forEach(i -> values[i] = (float) array.get(i).asDouble());
        return values;
    }
}
