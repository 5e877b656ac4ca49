package io.confide.common.secagg.site;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What sites of one process found about the messages of a set-up that all of them are shown alike: every site of a
 * measurement of ten thousand would otherwise check the same ten thousand hellos. A real site shares with nobody.
 *
 * <p>Only what does not depend on the site that looks goes through here, and only if it passed. Not thread-safe.
 */
public final class SharedFindings {
    private final Optional<Map<Step, Finding>> latest;

    private SharedFindings(Optional<Map<Step, Finding>> latest) {
        this.latest = latest;
    }

    /** For sites of one process that do not check again what one of them has checked. */
    public static SharedFindings ofOneProcess() {
        return new SharedFindings(Optional.of(new EnumMap<>(Step.class)));
    }

    /** Every site finds out by itself. */
    static SharedFindings none() {
        return new SharedFindings(Optional.empty());
    }

    /** What is found out. */
    enum Step {
        TRANSCRIPT,
        GRAPH,
        SUMMARY,
        QUORUM
    }

    /** Finds out. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws RefusedException;
    }

    /** @param from everything that the result follows from */
    private record Finding(List<Object> from, Object result) {}

    /** What {@code work} finds {@code from} exactly these, or found from equal ones before. */
    <T> T about(Step step, List<Object> from, Class<T> type, Work<T> work) throws RefusedException {
        if (latest.isEmpty()) {
            return work.run();
        }
        Finding before = latest.get().get(step);
        if (before != null && before.from.equals(from)) {
            return type.cast(before.result);
        }
        T result = work.run();
        latest.get().put(step, new Finding(List.copyOf(from), result));
        return result;
    }
}
