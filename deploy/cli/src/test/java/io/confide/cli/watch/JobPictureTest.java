package io.confide.cli.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.cli.JsonText;
import io.confide.cli.remote.EventStream.Event;
import io.confide.cli.watch.JobPicture.Now;
import io.confide.cli.watch.JobPicture.Progress;

import org.junit.jupiter.api.Test;

import java.util.Set;

class JobPictureTest {
    private final JobPicture picture = new JobPicture();
    private long sequence;

    @Test
    void countsASiteInTheRoundsWhoseSumHoldsItsInput() {
        tell("roundOpened", "{'round': 1, 'task': 'train', 'cohort': ['a', 'b', 'c']}");
        tell("uploaded", "{'round': 1, 'site': 'a'}");
        tell("dropped", "{'round': 1, 'site': 'b', 'step': 'upload', 'reason': 'connection lost'}");
        tell(
                "roundDone",
                "{'round': 1, 'included': 2, 'dropped': [{'site': 'b'}], 'seconds': 0.05}");

        assertEquals(1, picture.sites().get("a").included());
        assertEquals(0, picture.sites().get("b").included());
        assertEquals(1, picture.sites().get("b").rounds());
        assertEquals(Now.AWAY, picture.sites().get("b").now());
        assertEquals("connection lost", picture.sites().get("b").note());
        assertEquals(Set.of("a", "c"), picture.lastIncluded());
        assertEquals(50.0, picture.medianMillis().orElseThrow());
        assertEquals("upload", picture.dropped().getFirst().step());
    }

    @Test
    void aSiteThatIsBackIsNoLongerAway() {
        tell("dropped", "{'round': 1, 'site': 'b', 'step': 'upload', 'reason': 'connection lost'}");
        tell("roundOpened", "{'round': 2, 'cohort': ['a', 'b']}");

        assertEquals(Now.TRAINING, picture.sites().get("b").now());
        assertEquals("", picture.sites().get("b").note());
    }

    @Test
    void takesOverTheViewAndKeepsWhatItDoesNotName() {
        picture.view(
                JsonText.parse(
                        "{\"state\": \"TRAINING\", \"roundsPlanned\": 45, \"threshold\": 5}",
                        "test"));
        picture.view(JsonText.parse("{\"roundsDone\": 3}", "test"));

        assertEquals("TRAINING", picture.state());
        assertEquals(45, picture.roundsPlanned());
        assertEquals(3, picture.roundsDone());
        assertEquals(5, picture.threshold());
    }

    @Test
    void aWatcherThatComesLateCountsEveryRoundOfTheHistoryOnce() {
        picture.view(
                JsonText.parse(
                        "{\"state\": \"TRAINING\", \"roundsDone\": 2, \"roundsPlanned\": 5}",
                        "test"));
        assertEquals(2, picture.roundsDone());

        for (int round = 1; round <= 2; round++) {
            tell("roundOpened", "{'round': " + round + ", 'cohort': ['a', 'b', 'c']}");
            tell("roundDone", "{'round': " + round + ", 'seconds': 0.05}");
            assertEquals(round, picture.roundsDone());
        }
        picture.view(JsonText.parse("{\"roundsDone\": 2}", "test"));
        tell("roundDone", "{'round': 4, 'seconds': 0.05}");

        assertEquals(3, picture.roundsDone());
        assertEquals(3, picture.sites().get("a").included());
    }

    @Test
    void isOverWhenTheJobHasEnded() {
        tell("ended", "{'state': 'FAILED', 'reason': 'too few sites'}");

        assertEquals(Progress.OVER, picture.progress());
        assertEquals("too few sites", picture.reason());
    }

    @Test
    void aKindOfEventFromTheFutureChangesNothing() {
        tell("quantumLeap", "{'round': 9}");

        assertTrue(picture.sites().isEmpty());
        assertEquals(Progress.RUNNING, picture.progress());
    }

    private void tell(String kind, String json) {
        sequence++;
        picture.apply(new Event(sequence, kind, JsonText.parse(json.replace('\'', '"'), "test")));
    }
}
