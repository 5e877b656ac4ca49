package io.confide.cli.bench;

import io.confide.cli.Terminal;

import java.util.Locale;

/** Says on the error output what is being done, how far it is and how long it will take. */
public final class BenchProgress {
    private static final int BAR = 24;
    private static final long REPAINT_NANOS = 100_000_000;
    private static final long LINE_NANOS = 10_000_000_000L;

    private final Terminal terminal;
    private long shown = System.nanoTime();

    public BenchProgress(Terminal terminal) {
        this.terminal = terminal;
    }

    public Stage stage(String name, int total) {
        return new Stage(name, total);
    }

    public void end() {
        terminal.clearStatus();
    }

    /** One part of the run that is long enough to watch. */
    public final class Stage {
        private final String name;
        private final int total;
        private final long begin = System.nanoTime();
        private int done;

        private Stage(String name, int total) {
            this.name = name;
            this.total = Math.max(1, total);
        }

        public void step() {
            done = Math.min(total, done + 1);
            long now = System.nanoTime();
            if (now - shown < (terminal.repaints() ? REPAINT_NANOS : LINE_NANOS)) {
                return;
            }
            shown = now;
            if (terminal.repaints()) {
                terminal.status(line(now));
            } else {
                terminal.note(line(now));
            }
        }

        private String line(long now) {
            int filled = (int) ((long) BAR * done / total);
            double left = (now - begin) / 1e9 * (total - done) / Math.max(1, done);
            return String.format(
                    Locale.ROOT,
                    "   %-18s %s%s  %d of %d   about %.0f s left",
                    name,
                    "█".repeat(filled),
                    "░".repeat(BAR - filled),
                    done,
                    total,
                    left);
        }
    }
}
