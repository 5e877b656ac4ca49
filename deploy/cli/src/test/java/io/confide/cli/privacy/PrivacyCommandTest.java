package io.confide.cli.privacy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import io.confide.cli.Confide;
import io.confide.cli.JsonText;
import io.confide.cli.Terminal;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

class PrivacyCommandTest {
    private static final String MNIST = "-q 256/60000 --steps 14062 --delta 1e-5";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void epsilonByBothAccountants() {
        var json = json("epsilon --noise 1.1 " + MNIST);

        assertEquals(2.381685998, json.at("/pld/epsilon").asDouble(), 1e-6);
        assertEquals(2.596555870, json.at("/rdp/epsilon").asDouble(), 1e-6);
        assertEquals(8.1, json.at("/rdp/order").asDouble());
        assertEquals(3.008272089, json.at("/rdpClassicConversion/epsilon").asDouble(), 1e-6);
        assertEquals("pld", json.path("accountant").asText());
        assertEquals(json.at("/pld/epsilon"), json.path("epsilon"));
        assertEquals("add-remove", json.path("neighbouring").asText());
        assertEquals("record", json.path("unit").asText());
        assertEquals("poisson", json.at("/events/0/sampling").asText());
        assertTrue(json.at("/assumptions/relation").asText().contains("added or removed"));
    }

    @Test
    void theAccountantThatIsAskedForAnswers() {
        var epsilon =
                json(
                        "epsilon --noise-multiplier 1.1 --sampling-rate 256/60000 --steps 14062"
                                + " --delta 1e-5 --accountant rdp");
        assertEquals("rdp", epsilon.path("accountant").asText());
        assertEquals(epsilon.at("/rdp/epsilon"), epsilon.path("epsilon"));
        assertEquals("poisson", epsilon.path("sampling").asText());

        var noise = json("noise --epsilon 3 --steps 10 --delta 1e-5 --accountant rdp");
        assertEquals(noise.at("/rdp/noiseMultiplier"), noise.path("noiseMultiplier"));
        assertTrue(
                noise.path("noiseMultiplier").asDouble()
                        > noise.at("/pld/noiseMultiplier").asDouble());
        assertEquals("none", noise.path("sampling").asText());

        assertEquals(2, run("epsilon --noise 1 --steps 1 --delta 1e-5 --accountant moments"));
        assertTrue(text(err).contains("must be pld or rdp"), text(err));
    }

    @Test
    void sentencesSayWhatIsTakenForGranted() {
        assertEquals(0, run("epsilon --noise 1.1 --unit patient " + MNIST), text(err));
        var text = text(out);
        assertTrue(text.contains("ε ≤ 2.38169   certified"), text);
        assertTrue(text.contains("ε ≤ 2.59656   by Rényi divergence of order 8.1"), text);
        for (var line :
                new String[] {"relation", "unit", "releases", "δ", "noise by", "not covered"}) {
            assertTrue(text.lines().anyMatch(each -> each.startsWith(" " + line)), line + text);
        }
        assertTrue(text.contains("1.1 × the clip norm C"), text);
        assertTrue(text.contains("one patient"), text);
        assertTrue(text.contains("at δ = 1e-5"), text);
        assertTrue(text.contains("Poisson sampling"), text);
        assertTrue(text.lines().allMatch(line -> line.length() <= 100), text);
    }

    @Test
    void severalJobsOnTheSameData() {
        var json =
                json("epsilon -z 1.1 -q 256/60000 --steps 3515 --then 2.0,0.01,1000 --delta 1e-5");

        assertEquals(1.4570266810, json.at("/rdp/epsilon").asDouble(), 1e-6);
        assertEquals(1.3162821725, json.at("/pld/epsilon").asDouble(), 1e-5);
        assertEquals(2, json.path("events").size());
    }

    @Test
    void batchesOfAFixedSizeExchangeAUnit() {
        var json =
                json(
                        "epsilon --noise 2 --batch 50 --population 1000 --steps 500 --delta 1e-4"
                                + " --order 5");

        assertEquals(5.287520568, json.at("/rdp/epsilon").asDouble(), 1e-6);
        assertEquals("replace", json.path("neighbouring").asText());
        assertTrue(json.at("/pld/epsilon").asDouble() < 3.2, json.toString());
        assertEquals(5, json.at("/divergences/0/order").asDouble());
    }

    @Test
    void everyObserverOfNoiseInShares() {
        var json =
                json(
                        "epsilon --noise 4.75 --steps 10 --delta 1e-5 --min-survivors 6 --colluders"
                                + " 1 --survivors 7");

        var rows = json.path("observers");
        assertEquals(4, rows.size());
        assertEquals("public", rows.path(0).path("observer").asText());
        assertEquals(2.469, rows.path(1).path("rdp").asDouble(), 5e-4);
        assertEquals(2.691, rows.path(2).path("rdp").asDouble(), 5e-4);
        assertEquals(json.at("/pld/epsilon"), rows.path(3).path("pld"));
    }

    @ParameterizedTest
    @CsvSource({
        "1, -q 256/60000 --steps 14062 --delta 1e-5, 2.025153083, 2.178421038",
        "3, -q 0.32768 --steps 1000 --delta 1e-5, 14.457805062, 15.527749860",
        "1, --steps 100 --delta 1e-5, 37.306383874, 40.453853689"
    })
    void noiseThatIsEnoughAndHardlyMore(
            double epsilon, String what, double tight, double additive) {
        var json = json("noise --epsilon " + epsilon + " " + what);

        assertEquals(tight, json.at("/pld/noiseMultiplier").asDouble(), 1e-4 * tight);
        assertEquals(additive, json.at("/rdp/noiseMultiplier").asDouble(), 1e-4 * additive);
        for (var accountant : new String[] {"pld", "rdp"}) {
            var z = json.at("/" + accountant + "/noiseMultiplier").asText();
            var back = json("epsilon --noise " + z + " " + what);
            assertTrue(
                    back.at("/" + accountant + "/epsilon").asDouble() <= epsilon, back.toString());
        }
    }

    @Test
    void noiseOnWholeNumbersIsRoundedUp() {
        var json =
                json(
                        "noise --epsilon 3 --steps 10 --delta 1e-5 --grid-sensitivity 1048576"
                                + " --min-survivors 6 --colluders 1");

        double z = json.path("noiseMultiplier").asDouble();
        double square = json.path("gridVariance").asDouble();
        assertEquals(z * z * 0x1p40 + 16, square, 2);
        assertEquals(square / 5, json.path("gridVarianceOfAShare").asDouble(), 1);
        var back =
                json(
                        "epsilon --noise "
                                + Math.sqrt(square) / 0x1p20
                                + " --steps 10 --delta 1e-5 --grid-sensitivity 1048576");
        assertTrue(back.path("epsilon").asDouble() <= 3, back.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "epsilon --noise 0 --steps 1 --delta 1e-5, noise multiplier must be",
        "epsilon --noise 1 --steps 1 --delta 2, δ must be",
        "epsilon --noise 1 --steps 1.5 --delta 1e-5, not a whole number",
        "epsilon --noise 1 --steps 1 --delta 1e-5 -q 2, sampling rate must be 0 to 1",
        "epsilon --noise 1 --steps 1 --delta 1e-5 -q 0/0, is not a number",
        "epsilon --noise 1 --steps 1 --delta 1e-5 --batch 5, go together",
        "epsilon --noise 1 --steps 1 --delta 1e-5 -q 0.1 --relation replace, add-remove only",
        "epsilon --noise 1 --steps 1 --delta 1e-5 --relation swap, must be add-remove or replace",
        "epsilon --noise 1 --steps 1 --delta 1e-5 --then 1;2, is not a job",
        "epsilon --noise 1 --steps 1 --delta 1e-5 --colluders 1, need --min-survivors",
        "epsilon --noise 1 --steps 1 --delta 1e-5 --min-survivors 2 --colluders 2, fewer than",
        "noise --epsilon -1 --steps 1 --delta 1e-5, ε must be",
        "noise --epsilon 1 --steps 0 --delta 1e-5, Nothing is released",
        "noise --epsilon 1 --steps 1 --delta 1e-5 --grid-sensitivity 1 --min-survivors 9, too"
                + " coarse"
    })
    void whatMeansNothingIsRefusedWithASentence(String command, String words) {
        assertEquals(2, run(command));
        assertTrue(text(err).contains(words), text(err));
        assertEquals("", text(out));
    }

    private JsonNode json(String command) {
        out.reset();
        assertEquals(0, run(command + " --json"), text(err));
        return JsonText.parse(text(out), command);
    }

    private int run(String command) {
        return Confide.run(
                new Terminal(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        Terminal.Look.PLAIN,
                        100),
                Map.of(),
                ("privacy " + command).split(" "));
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
