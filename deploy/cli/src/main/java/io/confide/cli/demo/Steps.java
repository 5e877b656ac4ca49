package io.confide.cli.demo;

import io.confide.cli.Terminal;

import java.util.Locale;

/** The demo's lines of steps: one being worked on, the finished ones above it. */
final class Steps {
    private static final int NAME_WIDTH = 18;

    private final Terminal terminal;
    private final Visibility visibility;
    private long begin = System.nanoTime();

    /** Whether steps go to the result or only beside it. */
    enum Visibility {
        SHOWN,
        /** The result is JSON: steps are told on the error output. */
        BESIDE
    }

    Steps(Terminal terminal, Visibility visibility) {
        this.terminal = terminal;
        this.visibility = visibility;
    }

    /** Says what is being worked on. */
    void working(String name, String what) {
        begin = System.nanoTime();
        terminal.status(("   %-" + NAME_WIDTH + "s%s …").formatted(name, what));
    }

    /** Says that the step is finished, and what came of it. */
    void done(String name, String what) {
        print(terminal.good(" ✓ "), name, what);
    }

    /** Something a person should know although the demo goes on. */
    void warn(String name, String what) {
        print(terminal.warning(" ! "), name, what);
    }

    /** A line inside a step. */
    void line(String text) {
        terminal.clearStatus();
        write(text);
    }

    /** Seconds since the last {@link #working}, for people. */
    String elapsed() {
        return String.format(Locale.ROOT, "%.1f s", (System.nanoTime() - begin) / 1e9);
    }

    private void print(String sign, String name, String what) {
        terminal.clearStatus();
        write(sign + ("%-" + NAME_WIDTH + "s").formatted(name) + what);
    }

    private void write(String text) {
        if (visibility == Visibility.SHOWN) {
            terminal.line(text);
        } else {
            terminal.note(text);
        }
    }
}
