package io.confide.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** PRIVACY.md has a row for every known flaw, and every test that it names exists. */
class PrivacyPageTest {
    private static final Path ROOT = Path.of("..", "..");
    private static final int FLAWS = 27;
    private static final Pattern NAMED = Pattern.compile("`(\\w+(?:Test|IT|Contract))\\.(\\w+)`");

    @Test
    void everyFlawHasItsRow() throws IOException {
        var rows =
                page().lines()
                        .filter(line -> line.startsWith("| F"))
                        .map(line -> line.substring(2, line.indexOf(' ', 2)))
                        .toList();
        assertEquals(IntStream.rangeClosed(1, FLAWS).mapToObj(row -> "F" + row).toList(), rows);
        assertTrue(
                page().lines()
                        .filter(line -> line.startsWith("| F"))
                        .allMatch(line -> NAMED.matcher(line).find()));
    }

    @Test
    void everyTestThatIsNamedExists() throws IOException {
        var tests = tests();
        var named = NAMED.matcher(page()).results().toList();
        for (var test : named) {
            String source = tests.getOrDefault(test.group(1), "");
            assertTrue(
                    Pattern.compile("(void|ArchRule) " + test.group(2) + "\\b")
                            .matcher(source)
                            .find(),
                    test::group);
        }
    }

    private static String page() throws IOException {
        return Files.readString(ROOT.resolve("common/docs/PRIVACY.md"));
    }

    /** The sources of all test classes by name. */
    private static Map<String, String> tests() throws IOException {
        try (var files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().contains("src/test/java"))
                    .filter(file -> file.toString().matches(".*(Test|IT|Contract)\\.java"))
                    .collect(
                            Collectors.toMap(
                                    file -> file.getFileName().toString().replace(".java", ""),
                                    PrivacyPageTest::read,
                                    String::concat));
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
