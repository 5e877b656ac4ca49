package io.confide.cli;

/**
 * Text as a terminal may get it. Much of what is printed came from outside (names of jobs, sentences of a coordinator,
 * lines of a file), and must not move the cursor, hide lines or forge others: control characters are shown, not sent.
 */
final class Printable {
    /** Ends a {@link Style}; like the others a Unicode noncharacter, which no text holds. */
    private static final char PLAIN = '\uFDD0';

    private Printable() {}

    /** How a part of a line looks. It becomes an escape sequence only when the line is printed. */
    enum Style {
        GOOD('\uFDD1', "32"),
        WARNING('\uFDD2', "33"),
        BAD('\uFDD3', "31"),
        STRONG('\uFDD4', "1"),
        FAINT('\uFDD5', "2");

        private final char mark;
        private final String code;

        Style(char mark, String code) {
            this.mark = mark;
            this.code = code;
        }

        String around(String text) {
            return mark + text + PLAIN;
        }
    }

    /**
     * The text with its styles as escape sequences, where {@code look} has colours, and every other control character as
     * {@code \\xNN}. All that text from outside can do with a style is to colour itself.
     */
    static String of(String text, Terminal.Look look) {
        var out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isMark(c)) {
                if (look == Terminal.Look.COLOUR) {
                    out.append("\033[").append(code(c)).append('m');
                }
            } else if (c == '\n' || c == '\t') {
                out.append(c);
            } else if (Character.isISOControl(c)) {
                out.append("\\x%02x".formatted((int) c));
            } else if (turnsText(c)) {
                out.append("\\u%04x".formatted((int) c));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    /** The first {@code columns} characters, with … where something was left out; styles take no room. */
    static String cut(String text, int columns) {
        if (text.chars().filter(c -> !isMark((char) c)).count() <= columns) {
            return text;
        }
        var out = new StringBuilder();
        boolean styled = false;
        int shown = 0;
        for (int i = 0; shown < columns - 1; i++) {
            char c = text.charAt(i);
            if (isMark(c)) {
                styled = c != PLAIN;
            } else {
                shown++;
            }
            out.append(c);
        }
        out.append('…');
        return styled ? out.append(PLAIN).toString() : out.toString();
    }

    private static boolean isMark(char c) {
        return c >= PLAIN && c <= Style.FAINT.mark;
    }

    private static String code(char mark) {
        for (var style : Style.values()) {
            if (style.mark == mark) {
                return style.code;
            }
        }
        return "0";
    }

    /** Unicode's direction marks can make a line read as another one (CVE-2021-42574). */
    private static boolean turnsText(char c) {
        return (c >= '\u202A' && c <= '\u202E') || (c >= '\u2066' && c <= '\u2069');
    }
}
