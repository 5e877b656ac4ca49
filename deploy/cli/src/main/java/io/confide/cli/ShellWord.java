package io.confide.cli;

import java.nio.file.Path;

/** A path as one word of a command that a person copies. */
public final class ShellWord {
    private ShellWord() {}

    /** The path, quoted for a POSIX shell where it needs to be. */
    public static String of(Path path) {
        var text = path.toString();
        return text.matches("[\\p{L}\\p{N}@%+=:,./_-]+")
                ? text
                : "'" + text.replace("'", "'\\''") + "'";
    }
}
