package io.confide.common.secagg;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;

import io.confide.common.model.Digest;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

class RingTest {
    private static final JsonNode LAYOUTS = ReferenceVectors.section("layouts");
    private static final Digest SEED = Digest.ofHex(LAYOUTS.required("graphSeed").asText());

    @Test
    void drawsTheOrdersOfTheReference() {
        assertEquals(integers(LAYOUTS.required("ring20")), Ring.draw(SEED, 20).order());
        List<Integer> order = Ring.draw(SEED, 200).order();
        byte[] bytes = new byte[200];
        IntStream.range(0, 200).forEach(at -> bytes[at] = order.get(at).byteValue());
        assertEquals(LAYOUTS.required("ring200_sha").asText(), Digest.of(bytes).hex());
    }

    @Test
    void drawsTheCommitteeOfTheReference() {
        assertEquals(integers(LAYOUTS.required("committee20_s7")), Ring.committee(SEED, 20, 7));
    }

    @Test
    void findsTheNeighboursOfTheReference() {
        Ring ring = Ring.draw(SEED, 20);
        SiteSet present = SiteSet.all(20).minus(SiteSet.of(20, List.of(3, 11)));
        JsonNode expected = LAYOUTS.required("neighbours20_k10_without_3_11");
        assertEquals(18, expected.size());
        expected.properties()
                .forEach(
                        entry -> {
                            int site = Integer.parseInt(entry.getKey());
                            assertEquals(
                                    integers(entry.getValue()),
                                    ring.neighbours(site, 10, present).indices());
                        });
    }

    private static List<Integer> integers(JsonNode array) {
        var values = new ArrayList<Integer>();
        array.forEach(value -> values.add(value.asInt()));
        return values;
    }
}
