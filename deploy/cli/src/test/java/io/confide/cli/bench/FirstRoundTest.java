package io.confide.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * What the warm-up had optimised is still so when the first round has its masks: neither the set-up nor the round makes the
 * JVM give the fast code up. Without timing: the JVM says what it gives up and why.
 */
@EnabledIfSystemProperty(
        named = "confide.jit",
        matches = "true",
        disabledReason =
                "what a JVM optimises when differs from machine to machine; run by hand with"
                        + " -Dconfide.jit=true")
class FirstRoundTest {
    private static final Path OPTIONS = Path.of("../jvm").toAbsolutePath().normalize();
    private static final Pattern ON_THE_WAY_TO_A_MASK =
            Pattern.compile(
                    "io\\.confide\\.common\\.vector\\.(Mask|Words)|com\\.sun\\.crypto\\.provider\\."
                        + "(AESCipher|AESCrypt|CipherCore|CounterMode)|javax\\.crypto\\.Cipher::(init|update|doFinal)");
    private static final String CONTROL_AT_ONCE =
            "-XX:CompileCommand=BackgroundCompilation,"
                    + FirstRound.class.getName().replace('.', '/')
                    + "*.*,false";

    /** When the JVM optimises what is up to it; what the set-up undoes is undone in every start. */
    private static final int STARTS_MAX = 3;

    private static final String GIVEN_UP = "made not entrant: marked for deoptimization";

    @ParameterizedTest
    @CsvSource({"participant,0", "coordinator,1"})
    void keepsTheCodeThatTheWarmUpHadOptimised(String options, String lost) throws Exception {
        List<String> givenUp = List.of();
        for (int start = 0; start < STARTS_MAX; start++) {
            givenUp = givenUpAfterTheWarmUp(options, lost);
            if (givenUp.isEmpty()) {
                return;
            }
        }
        assertEquals(List.of(), givenUp, "in each of " + STARTS_MAX + " starts");
    }

    private static List<String> givenUpAfterTheWarmUp(String options, String lost)
            throws Exception {
        List<String> said = run(options, lost);
        int warm = lineOf(FirstRound.WARM, said);
        int over = lineOf(FirstRound.OVER, said);
        assertTrue(0 < warm && warm < over, () -> String.join("\n", said));

        var optimised =
                said.subList(0, warm).stream().filter(line -> line.contains(" 4 ")).toList();
        for (var method : List.of("CounterMode::implCrypt", "AESCrypt::makeSessionKey")) {
            assertTrue(optimised.stream().anyMatch(line -> line.contains(method)), method);
        }
        var givenUp =
                said.subList(warm, over).stream()
                        .filter(line -> line.contains(GIVEN_UP))
                        .filter(line -> ON_THE_WAY_TO_A_MASK.matcher(line).find())
                        .toList();

        // Otherwise this JVM calls it by another name, and nothing was seen above.
        assertTrue(
                said.subList(over, said.size()).stream()
                        .anyMatch(line -> line.contains("Control") && line.contains(GIVEN_UP)),
                () -> String.join("\n", said.subList(over, said.size())));
        return givenUp;
    }

    /** The JVM writes to the same stream, and to the same line if it is not done with it. */
    private static int lineOf(String what, List<String> said) {
        return IntStream.range(0, said.size())
                .filter(line -> said.get(line).contains(what))
                .findFirst()
                .orElse(-1);
    }

    private static List<String> run(String options, String lost)
            throws IOException, InterruptedException {
        var process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "@" + OPTIONS.resolve("common.options"),
                                "@" + OPTIONS.resolve(options + ".options"),
                                "-XX:+PrintCompilation",
                                CONTROL_AT_ONCE,
                                "-cp",
                                System.getProperty("java.class.path"),
                                FirstRound.class.getName(),
                                lost)
                        .redirectErrorStream(true)
                        .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        return said.lines().toList();
    }
}
