package io.confide.swarm;

/** One thing that goes wrong in a world. Times are virtual milliseconds from its beginning; sites are roster indices. */
public sealed interface Op {
    /** Which way frames are lost, seen from the site. */
    enum Way {
        UP,
        DOWN,
        BOTH
    }

    /** When in an append the coordinator is killed. */
    enum Moment {
        /** Nothing of it is written. */
        BEFORE,
        /** It is durable, and nothing that follows from it has been seen. */
        AFTER
    }

    /** What a dishonest site does. */
    enum Lie {
        /** Its input is a word too long. */
        WRONG_LENGTH,
        /** Every share that it reveals is another one. */
        BAD_SHARE,
        /** It sends a second, other input under its own signature. */
        INPUT_TWICE
    }

    /** What a dishonest coordinator does; it signs it all with its own key. */
    enum Attack {
        /** Half of the sites are told another set of inputs. */
        OTHER_SET,
        /** A round is opened for fewer sites than the least sum. */
        SMALL_COHORT,
        /** The same round is opened again, for another cohort. */
        REPLAYED_ROUND,
        /** In the key set-up one site's keys are exchanged. */
        SWAPPED_KEY,
        /** A certificate with fewer signatures than a quorum, over fewer sites. */
        FORGED_CERTIFICATE
    }

    /** Frames of one site are lost for a while. */
    record Cut(long at, int site, Way way, long millis) implements Op {}

    /**
     * The driver is at one member of a cluster and the sites are at another: each message between them is lost the first time
     * it is sent, and neither end notices.
     */
    record Bus(Way way) implements Op {}

    record SiteCrash(long at, int site, long downMillis) implements Op {}

    /** The process of a site is gone for good. */
    record SiteDies(long at, int site) implements Op {}

    /** The site connects only then. */
    record Late(int site, long at) implements Op {}

    /** What the site begins to train in this time it finishes only after it; its connection stays. */
    record Hang(long at, int site, long millis) implements Op {}

    /** The site takes so long to train. */
    record Slow(int site, long millis) implements Op {}

    record Crash(long at, long downMillis) implements Op {}

    /** The coordinator is killed in the append of this number, counted from 1 over all its processes. */
    record CrashInAppend(int append, Moment moment, long downMillis) implements Op {}

    /** The append of this number is durable, but another coordinator leads before its answer comes. */
    record AnswerLost(int append) implements Op {}

    /** The lease is lost to another coordinator, and the first one does not know. */
    record Takeover(long at) implements Op {}

    /** The wall clock of a site jumps. */
    record SiteClock(long at, int site, long millis) implements Op {}

    /** The wall clock of the coordinators jumps. */
    record Clock(long at, long millis) implements Op {}

    /** The site's first input goes as a chunk of which the end is missing. */
    record Torn(int site) implements Op {}

    record Lies(int site, Lie lie) implements Op {}

    record Attacks(Attack attack) implements Op {}
}
