package io.confide.cli.demo;

import java.io.IOException;
import java.net.URI;
import java.util.List;

/** A web browser on this desktop, if there is one. */
final class BrowserWindow {
    private BrowserWindow() {}

    /** Opens {@code address}; a machine without a desktop is no error. */
    static void show(URI address) {
        for (var opener : List.of("xdg-open", "open")) {
            try {
                new ProcessBuilder(opener, address.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
                return;
            } catch (IOException _) {
                // the next one, or none
            }
        }
    }
}
