package io.confide.swarm;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What happened in a world: the last lines for a person, and a digest of all of them for a second run. */
final class Trace {
    private static final int LINES_MAX = 25;

    private final Timeline time;
    private final Deque<String> last = new ArrayDeque<>();
    private long digest = 1;
    private long lines;

    Trace(Timeline time) {
        this.time = time;
    }

    void add(String line) {
        lines++;
        digest = (digest * 0x9E3779B97F4A7C15L + line.hashCode()) * 31 + time.now();
        if (last.size() == LINES_MAX) {
            last.removeFirst();
        }
        last.addLast(time.now() + " " + line);
    }

    long digest() {
        return digest ^ lines;
    }

    List<String> last() {
        return new ArrayList<>(last);
    }
}
