package io.confide.swarm;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The scenarios that once broke an invariant, with everything that goes wrong in them spelled out. */
final class Regressions {
    private static final String INDEX = "regressions/index.txt";

    private Regressions() {}

    /** @param file of the folder {@code regressions} */
    record Regression(String file, Scenario scenario) {}

    static List<Regression> all() {
        var all = new ArrayList<Regression>();
        for (var line : read(INDEX).lines().map(String::strip).toList()) {
            if (!line.isEmpty()) {
                all.add(new Regression(line, ScenarioText.parse(read("regressions/" + line))));
            }
        }
        return all;
    }

    private static String read(String name) {
        try (InputStream in = Regressions.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + name + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
