package io.confide.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

class PrintableTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void controlCharactersAreShownAndNotSent() {
        assertEquals("a\\x1b[2Jb\\x00\\x0d\\x9b", plain("a\033[2Jb\0\r\u009b"));
        assertEquals("two\nlines\tand …", plain("two\nlines\tand …"));
        assertEquals("\\u202e", plain("\u202e"));
    }

    @Test
    void ourOwnColoursAreSentAndThoseOfOthersAreNot() {
        var terminal = terminal(Terminal.Look.COLOUR);

        terminal.line(terminal.good("yes \033[31mno"));

        assertEquals("\033[32myes \\x1b[31mno\033[0m\n", text());
    }

    @Test
    void aPlainTerminalGetsNoEscapeSequenceAtAll() {
        var terminal = terminal(Terminal.Look.PLAIN);

        terminal.line(terminal.good("yes") + "\uFDD3no");

        assertEquals("yesno\n", text());
    }

    @Test
    void linesOfAPageAreCutToTheWidth() {
        var terminal = terminal(Terminal.Look.COLOUR);

        terminal.page(List.of(terminal.strong("x".repeat(60)), "short"), 2);

        assertEquals("\033[2A\r\033[J\033[1m" + "x".repeat(38) + "…\033[0m\nshort\n", text());
    }

    private static String plain(String text) {
        return Printable.of(text, Terminal.Look.PLAIN);
    }

    private Terminal terminal(Terminal.Look look) {
        var stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        return new Terminal(stream, stream, look, 40);
    }

    private String text() {
        return out.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
    }
}
