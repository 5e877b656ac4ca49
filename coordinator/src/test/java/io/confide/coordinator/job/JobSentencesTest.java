package io.confide.coordinator.job;

import static io.confide.coordinator.job.Job.set;
import static io.confide.coordinator.job.Job.yes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class JobSentencesTest {
    private static final String[] FEW = "a b c d e f g h i j".split(" ");
    private static final String[] MANY = "a b c d e f g h i j k l m n".split(" ");

    private static String waiting(Job job) {
        return JobSentences.waitingFor(job.state, "hash");
    }

    @Test
    void whoIsMissingIsNamedWithWhatItLacks() {
        var job = new Job(new JobRules(set(FEW), 8, 8, 4, 3), "a", "b");
        job.on(yes("a"));
        assertEquals(
                "waiting for approval of plan hash (it needs at least 8 sites, and 1 permit it so"
                    + " far); missing: b (has not answered yet), c (not connected), d (not"
                    + " connected), e (not connected), f (not connected), g (not connected), h (not"
                    + " connected), i (not connected), j (not connected)",
                waiting(job));
    }

    /** Their names would fill a page; which they are stands in the answers of the job. */
    @Test
    void ofManyIsToldHowManyLackWhat() {
        var job = new Job(new JobRules(set(MANY), 10, 10, 4, 3), "a", "b", "c");
        job.on(yes("a"));
        assertEquals(
                "waiting for approval of plan hash (it needs at least 10 sites, and 1 permit it so"
                    + " far); missing: 13 sites (13 without an answer; 11 of them not connected)",
                waiting(job));
    }

    @Test
    void aPlanThatEnoughPermitStartsByItself() {
        var job = new Job(new JobRules(set(FEW), 3, 3, 4, 3), "a", "b", "c", "d");
        job.on(yes("a"), yes("b"), yes("c"));
        assertEquals(
                "waiting for approval of plan hash (3 of 10 sites permit it, which is enough: the"
                    + " job starts by itself within seconds); missing: d (has not answered yet), e"
                    + " (not connected), f (not connected), g (not connected), h (not connected), i"
                    + " (not connected), j (not connected)",
                waiting(job));
    }
}
