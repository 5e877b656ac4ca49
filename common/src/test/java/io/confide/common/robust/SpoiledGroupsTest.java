package io.confide.common.robust;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

class SpoiledGroupsTest {
    static Stream<JsonNode> chances() {
        return GroupVectors.of("chances");
    }

    @ParameterizedTest
    @MethodSource("chances")
    void givesWhatTryingEverySetOfSitesGives(JsonNode answer) {
        var sizes =
                StreamSupport.stream(answer.required("sizes").spliterator(), false)
                        .map(JsonNode::asInt)
                        .toList();
        double chance =
                SpoiledGroups.chanceOfMoreThan(
                        answer.required("tolerated").asInt(),
                        sizes,
                        answer.required("dishonest").asInt());
        assertEquals(answer.required("chance").asDouble(), chance, 1e-15);
    }

    @Test
    void asManyGroupsAsSitesCannotBeExceeded() {
        assertEquals(0, SpoiledGroups.chanceOfMoreThan(2, List.of(4, 4, 4, 4, 4), 2));
        assertEquals(
                1,
                SpoiledGroups.chanceOfMoreThan(0, Collections.nCopies(3, 5), 1),
                "one is in one");
        // One group of ten is missed by all 66 of 200; two at once hardly ever.
        double one = 1;
        for (int i = 0; i < 66; i++) {
            one *= (180.0 - i) / (200 - i);
        }
        double missed = 1 - SpoiledGroups.chanceOfMoreThan(9, Collections.nCopies(10, 20), 66);
        assertEquals(10 * one, missed, 2e-6);
    }
}
