package io.confide.common.robust;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import io.confide.common.files.Words;
import io.confide.common.model.Groups;
import io.confide.common.model.Groups.Combine;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

class CombinerTest {
    private static final int LENGTH = 4;

    static Stream<JsonNode> combinations() {
        return GroupVectors.of("combinations");
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void givesTheAnswersOfTheScript(JsonNode answer) {
        var vectors =
                StreamSupport.stream(answer.required("vectors").spliterator(), false)
                        .map(GroupVectors::vector)
                        .toList();
        var groups =
                new Groups(
                        vectors.size(),
                        Words.find(Combine.class, answer.required("combine").asText())
                                .orElseThrow(),
                        answer.required("tolerated").asInt());
        assertArrayEquals(
                GroupVectors.vector(answer.required("combined")),
                Combiner.combine(groups, vectors),
                answer::toString);
    }

    /** Groups of which {@code tolerated} are spoiled, and which ones. */
    record Attack(Groups groups, List<float[]> honest, List<float[]> spoiled, long places) {
        /** Spoiled ones between the honest ones. */
        List<float[]> vectors() {
            var all = new ArrayList<>(honest);
            all.addAll(spoiled);
            Collections.shuffle(all, new Random(places));
            return all;
        }

        double least(int i) {
            return honest.stream().mapToDouble(v -> v[i]).min().orElseThrow();
        }

        double greatest(int i) {
            return honest.stream().mapToDouble(v -> v[i]).max().orElseThrow();
        }

        double diameter() {
            return honest.stream()
                    .flatMapToDouble(a -> honest.stream().mapToDouble(b -> distance(a, b)))
                    .max()
                    .orElseThrow();
        }
    }

    @Provide
    Arbitrary<Attack> attacks() {
        return Arbitraries.integers()
                .between(3, 11)
                .flatMap(
                        count ->
                                Arbitraries.of(Combine.values())
                                        .filter(how -> count >= Groups.countMin(how))
                                        .flatMap(how -> attack(count, how)));
    }

    private static Arbitrary<Attack> attack(int count, Combine how) {
        int most = Groups.toleratedMax(how, count);
        return Arbitraries.integers()
                .between(how == Combine.MEDIAN ? most : 1, most)
                .flatMap(
                        f ->
                                Combinators.combine(
                                                vectors(count - f, 2),
                                                Arbitraries.oneOf(vectors(f, 3), vectors(f, 1e30f)),
                                                Arbitraries.longs())
                                        .as(
                                                (good, bad, places) ->
                                                        new Attack(
                                                                new Groups(count, how, f),
                                                                good,
                                                                bad,
                                                                places)));
    }

    private static Arbitrary<List<float[]>> vectors(int count, float reach) {
        return Arbitraries.floats()
                .between(-reach, reach)
                .array(float[].class)
                .ofSize(LENGTH)
                .list()
                .ofSize(count);
    }

    /** The breakdown point: as many groups as are tolerated, with any values in any places, and the result stays with the rest. */
    @Property(tries = 4000)
    void staysWithTheGroupsThatAreNotSpoiled(@ForAll("attacks") Attack attack) {
        float[] result = Combiner.combine(attack.groups(), attack.vectors());
        switch (attack.groups().combine()) {
            case MEDIAN, TRIMMED_MEAN -> {
                for (int i = 0; i < LENGTH; i++) {
                    assertTrue(result[i] >= (float) attack.least(i), "coordinate " + i);
                    assertTrue(result[i] <= (float) attack.greatest(i), "coordinate " + i);
                }
            }
            case KRUM -> assertNear(attack, result, attack.diameter());
            // A mean of vectors each of which is near some honest one, themselves a diameter apart.
            case MULTI_KRUM -> assertNear(attack, result, 2 * attack.diameter());
        }
    }

    private static void assertNear(Attack attack, float[] result, double diameter) {
        int g = attack.groups().count();
        int f = attack.groups().tolerated();
        double bound = diameter * Math.sqrt((g - f - 2.0) / (g - 2.0 * f - 1));
        double nearest =
                attack.honest().stream().mapToDouble(v -> distance(v, result)).min().orElseThrow();
        assertTrue(nearest <= bound + 1e-4, () -> nearest + " is further than " + bound);
    }

    /** More spoiled groups than are tolerated, and the same rules break: the bound above is no accident of the test. */
    @Test
    void moreSpoiledGroupsThanAreToleratedMoveTheResultAnywhere() {
        for (var how : Combine.values()) {
            int f = Groups.toleratedMax(how, 7);
            // Of seven Krum promises to bear two; against three that agree, four that agree still
            // win.
            int spoiled = how == Combine.KRUM ? 4 : f + 1;
            var vectors = new ArrayList<>(Collections.nCopies(7 - spoiled, new float[] {0}));
            vectors.addAll(Collections.nCopies(spoiled, new float[] {1e6f}));
            float moved = Combiner.combine(new Groups(7, how, f), vectors)[0];
            assertTrue(moved > 1e5f, how::name);
        }
    }

    @Property(tries = 500)
    void theOrderOfTheGroupsDoesNotMatterForCoordinates(@ForAll("attacks") Attack attack) {
        if (attack.groups().combine() == Combine.MEDIAN) {
            var turned = new ArrayList<>(attack.vectors());
            Collections.rotate(turned, 1);
            assertArrayEquals(
                    Combiner.combine(attack.groups(), attack.vectors()),
                    Combiner.combine(attack.groups(), turned));
        }
    }

    @Test
    void whereAllGroupsAgreeNothingChanges() {
        float[] same = {1.5f, -3, 0, Float.MAX_VALUE};
        for (var how : Combine.values()) {
            var groups = new Groups(5, how, 1);
            assertArrayEquals(same, Combiner.combine(groups, Collections.nCopies(5, same)));
        }
    }

    @Test
    void refusesAnotherNumberOfVectorsOrAnotherLength() {
        var groups = new Groups(3, Combine.MEDIAN, 1);
        var two = Collections.nCopies(2, new float[] {0});
        assertThrows(IllegalArgumentException.class, () -> Combiner.combine(groups, two));
        var uneven = List.of(new float[] {0}, new float[] {0, 1}, new float[] {0});
        assertThrows(IllegalArgumentException.class, () -> Combiner.combine(groups, uneven));
        assertThrows(IllegalArgumentException.class, () -> new Groups(4, Combine.KRUM, 1));
        assertThrows(IllegalArgumentException.class, () -> new Groups(4, Combine.MEDIAN, 2));
        assertThrows(IllegalArgumentException.class, () -> new Groups(2, Combine.MEDIAN, 1));
    }

    private static double distance(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += Math.pow((double) one[i] - other[i], 2);
        }
        return Math.sqrt(sum);
    }
}
