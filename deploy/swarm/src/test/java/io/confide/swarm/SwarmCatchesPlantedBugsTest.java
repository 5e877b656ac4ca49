package io.confide.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.swarm.PlantedBugs.Bug;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;

/**
 * A simulator is believed when it has caught planted bugs: the product's own classes are loaded once more with one rule
 * taken out, and a world must break an invariant for it.
 */
class SwarmCatchesPlantedBugsTest {
    /** Each of them was caught within 101 worlds. */
    private static final int WORLDS_MAX = 1_000;

    /** The product as it is comes through as many without a fault. */
    private static final int WORLDS_SOUND = 30;

    static List<Bug> bugs() {
        return PlantedBugs.all();
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void catches(Bug bug) throws Exception {
        var caught = hunt(bug.edits(), WORLDS_MAX, bug.always().orElse(""));
        assertNotEquals("", caught, bug + " was not caught in " + WORLDS_MAX + " worlds");
        System.out.println("planted: " + bug + " | caught in world " + caught);
    }

    @Test
    void nothingIsCaughtWhereNothingIsPlanted() throws Exception {
        assertEquals("", hunt(List.of(), WORLDS_SOUND, ""));
        for (var bug : bugs()) {
            if (bug.always().isPresent()) {
                assertEquals("", hunt(List.of(), WORLDS_SOUND / 3, bug.always().get()));
            }
        }
    }

    @Test
    void thereAreTheSixOfTheNoteAndAtLeastFourOfTheProtocol() {
        assertTrue(bugs().size() >= 10);
        assertEquals(bugs().size(), bugs().stream().map(Bug::name).distinct().count());
    }

    private static String hunt(List<Edit> edits, int worlds, String always) throws Exception {
        var loader = new EditedClasses(SwarmCatchesPlantedBugsTest.class.getClassLoader(), edits);
        return (String)
                loader.loadClass(Hunt.class.getName())
                        .getMethod("first", int.class, String.class)
                        .invoke(null, worlds, always);
    }
}
