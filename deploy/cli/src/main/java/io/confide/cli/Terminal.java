package io.confide.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/**
 * Where a command writes. Results go to {@link #out()}, everything about the command itself to {@link #err()};
 * colour and repainting only if a person looks at a terminal, and never as the only carrier of meaning.
 */
public final class Terminal {
    private static final int COLUMNS_DEFAULT = 100;

    private final PrintStream out;
    private final PrintStream err;
    private final Look look;
    private final int columns;

    /** How output may look. */
    public enum Look {
        /** Lines without escape sequences: a pipe, a file, or {@code NO_COLOR}. */
        PLAIN,
        /** A terminal that may be repainted, without colour. */
        REPAINT,
        /** A terminal with colour. */
        COLOUR
    }

    public Terminal(PrintStream out, PrintStream err, Look look, int columns) {
        this.out = out;
        this.err = err;
        this.look = look;
        this.columns = columns;
    }

    /** The terminal of this process. */
    @SuppressWarnings(
            "SystemConsoleNull") // since JDK 25 it is null again where there is no terminal
    public static Terminal ofProcess(Map<String, String> environment) {
        var console = System.console();
        boolean interactive = console != null && console.isTerminal();
        Look look = Look.PLAIN;
        if (interactive && !"dumb".equals(environment.get("TERM"))) {
            look = environment.containsKey("NO_COLOR") ? Look.REPAINT : Look.COLOUR;
        }
        int columns = COLUMNS_DEFAULT;
        try {
            columns = Integer.parseInt(environment.getOrDefault("COLUMNS", ""));
        } catch (NumberFormatException _) {
            // an unset or odd COLUMNS is the normal case
        }
        return new Terminal(System.out, System.err, look, Math.max(40, columns));
    }

    public PrintStream out() {
        return out;
    }

    public PrintStream err() {
        return err;
    }

    public int columns() {
        return columns;
    }

    /** Whether lines may be painted over. */
    public boolean repaints() {
        return look != Look.PLAIN;
    }

    /** Prints a line of the result. */
    public void line(String text) {
        out.println(Printable.of(text, look));
        out.flush();
    }

    /** Prints a line about the command itself. */
    public void note(String text) {
        err.println(Printable.of(text, look));
        err.flush();
    }

    /** Paints {@code text}, cut to the width of the terminal, over the current line; nothing where that cannot be. */
    public void status(String text) {
        if (repaints()) {
            err.print("\r\033[K" + Printable.of(Printable.cut(text, columns - 1), look));
            err.flush();
        }
    }

    /** Removes the line of {@link #status}. */
    public void clearStatus() {
        if (repaints()) {
            err.print("\r\033[K");
            err.flush();
        }
    }

    public String good(String text) {
        return coloured(Printable.Style.GOOD, text);
    }

    public String warning(String text) {
        return coloured(Printable.Style.WARNING, text);
    }

    public String bad(String text) {
        return coloured(Printable.Style.BAD, text);
    }

    public String strong(String text) {
        return coloured(Printable.Style.STRONG, text);
    }

    public String faint(String text) {
        return coloured(Printable.Style.FAINT, text);
    }

    /** Paints {@code lines}, each cut to the width of the terminal, over the last {@code before} ones. */
    public void page(List<String> lines, int before) {
        var text = new StringBuilder();
        if (before > 0) {
            text.append("\033[").append(before).append('A');
        }
        text.append("\r\033[J");
        for (var line : lines) {
            // A line that wraps is two on the screen, and the next page would be painted one too
            // low.
            var flat = line.replace('\n', ' ');
            text.append(Printable.of(Printable.cut(flat, columns - 1), look)).append('\n');
        }
        out.print(text);
        out.flush();
    }

    private String coloured(Printable.Style style, String text) {
        return look == Look.COLOUR ? style.around(text) : text;
    }
}
