package io.confide.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.files.PolicyFile;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.privacy.Noise;
import io.confide.common.privacy.PrivacyEvent;
import io.confide.common.privacy.PrivacyUnit;
import io.confide.common.privacy.Relation;
import io.confide.common.privacy.Sampling;
import io.confide.participant.ledger.FileLedger;
import io.confide.participant.port.PrivacyLedger.Terms;
import io.confide.participant.port.PrivacyLedger.Verdict;
import io.confide.participant.vault.Home;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code confide participant ledger}. Ten releases at noise multiplier 4.75 cost ε 2.980, four of them 1.791. */
class LedgerCommandTest {
    private static final InstantSource CLOCK =
            InstantSource.fixed(Instant.parse("2030-01-01T00:00:00Z"));
    private static final JobId JOB = JobId.of("00010203-0405-0607-0809-0a0b0c0d0e0f");
    private static final String POLICY =
            """
            allow:
              - study: risk
                models: [logistic]
                privacy: {epsilonPerRecord: 3.0, delta: 1e-5}
            budgets:
              - {name: liver, datasets: [pbc], epsilonPerRecord: 4.5, delta: 1e-5}
            """;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir Path folder;
    private Home home;

    @BeforeEach
    void site() throws IOException {
        home = new Home(folder.resolve("london"));
        Files.createDirectories(home.directory());
        Files.writeString(
                home.configuration(),
                """
                coordinator: https://localhost:8443
                site: london
                datasets:
                  - {name: pbc, study: risk, query: SELECT 1}
                """);
        Files.writeString(home.policy(), POLICY);
    }

    private void spend() {
        var event =
                new PrivacyEvent(
                        Relation.ADD_REMOVE,
                        PrivacyUnit.RECORD,
                        new Sampling.Everyone(),
                        new Noise.Grid(19 << 18, 1 << 20, 8),
                        1);
        try (var ledger =
                FileLedger.open(home, CLOCK, () -> Optional.of(PolicyFile.parse(POLICY)))) {
            assertEquals(
                    new Verdict.Granted(),
                    ledger.reserve(new Terms(JOB, "risk", "pbc", event, 10)));
            for (int round = 1; round <= 4; round++) {
                var input = Digest.of(new byte[] {(byte) round});
                assertEquals(new Verdict.Granted(), ledger.commit(JOB, round, input));
            }
        }
    }

    private List<String> ledger(String... options) {
        var arguments = new java.util.ArrayList<>(List.of("participant", "ledger", "--home"));
        arguments.add(home.directory().toString());
        arguments.addAll(List.of(options));
        assertEquals(
                0, run(arguments.toArray(String[]::new)), err.toString(StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private int run(String... arguments) {
        out.reset();
        err.reset();
        return Confide.run(
                new Terminal(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        Terminal.Look.PLAIN,
                        80),
                Map.of("HOME", folder.toString()),
                arguments);
    }

    @Test
    void showsEachBudgetWithWhatIsSpentReservedAndLeft() {
        spend();
        assertEquals(
                List.of(
                        " budget               dataset  spent        if all reserved  of"
                                + "                        left",
                        " risk                 pbc      ε 1.792 (4)  ε 2.981 (10)     ε 3, δ"
                                + " 1e-5 per record    1.1 %",
                        " liver (all studies)  pbc      ε 1.792 (4)  ε 2.981 (10)     ε 4.5, δ"
                                + " 1e-5 per record  51.6 %",
                        "In brackets: releases. Every charge: --entries."),
                ledger());
    }

    @Test
    void aBudgetOfWhichNothingWasSpentIsWhole() {
        var lines = ledger();
        assertTrue(lines.get(1).contains("ε 0.000 (0)"), lines.get(1));
        assertTrue(lines.get(1).endsWith("100.0 %"), lines.get(1));
    }

    @Test
    void saysWhatAPolicyWithoutBudgetsMeans() throws IOException {
        Files.writeString(home.policy(), "allow: []\n");
        assertEquals(
                List.of(
                        "policy.yaml gives no study a privacy budget: jobs with differential"
                                + " privacy are refused here."),
                ledger());
    }

    @Test
    void showsWhatWasSpentOfABudgetThatIsGone() throws IOException {
        spend();
        Files.writeString(home.policy(), "allow: []\n");
        var line = ledger().get(1);
        assertTrue(line.contains("risk"), line);
        assertTrue(line.endsWith("withdrawn from policy.yaml"), line);
    }

    @Test
    void listsEveryEntry() {
        spend();
        var lines = ledger("--entries");
        assertEquals(2 + 1 + 4, lines.size(), String.join("\n", lines));
        assertTrue(
                lines.getFirst()
                        .startsWith("2030-01-01T00:00:00Z  budget     study/risk   ε 3, δ 1e-5"),
                lines.getFirst());
        assertTrue(lines.get(2).contains("10 releases"), lines.get(2));
        assertTrue(
                lines.getLast()
                        .contains(
                                "charged    job "
                                        + JOB
                                        + "   round 4   input e52d9c50   everyone, noise multiplier"
                                        + " 4.75, per record, 1 step"),
                lines.getLast());
    }

    @Test
    void printsJsonThatProgramsCanRelyOn() {
        spend();
        var answer = JsonText.parse(String.join("\n", ledger("--json", "--entries")), "the ledger");
        var risk = answer.path("budgets").get(0);
        assertEquals("study/risk", risk.path("budget").asText());
        assertEquals("risk", risk.path("studies").get(0).asText());
        assertEquals("pbc", risk.path("datasets").get(0).asText());
        assertEquals("record", risk.path("unit").asText());
        assertEquals(1.791, risk.path("epsilonSpent").asDouble(), 1e-3);
        assertEquals(2.980, risk.path("epsilonReserved").asDouble(), 1e-3);
        assertEquals(3, risk.path("epsilon").asDouble());
        assertEquals(1e-5, risk.path("delta").asDouble());
        assertEquals(4, risk.path("releases").asInt());
        assertEquals(6, risk.path("releasesReserved").asInt());
        var last = answer.path("entries").get(6);
        assertEquals("commit", last.path("kind").asText());
        assertEquals(4, last.path("round").asInt());
        assertEquals(4980736, last.path("event").path("noise").path("sigma").asDouble());
        assertTrue(
                JsonText.parse(String.join("\n", ledger("--json")), "the ledger")
                        .path("entries")
                        .isMissingNode());
    }

    @Test
    void printsCsvWithTheSameColumnsInEveryLine() {
        spend();
        var lines = ledger("--csv");
        assertEquals(3, lines.size());
        assertTrue(lines.get(1).startsWith("study/risk,risk,pbc,record,1.79"), lines.get(1));
        for (var table : List.of(lines, ledger("--csv", "--entries"))) {
            for (var line : table) {
                assertEquals(columns(table.getFirst()), columns(line), line);
            }
        }
        var last = ledger("--csv", "--entries").getLast();
        assertTrue(
                last.startsWith("2030-01-01T00:00:00Z,commit,,,," + JOB + ",risk,pbc,,4,"), last);
        assertTrue(last.endsWith(",record,add-remove,none,1.0,4.75,1"), last);
    }

    private static long columns(String line) {
        return line.chars().filter(at -> at == ',').count();
    }

    @Test
    void jsonAndCsvAreAlternatives() {
        assertEquals(
                2,
                run(
                        "participant",
                        "ledger",
                        "--home",
                        home.directory().toString(),
                        "--json",
                        "--csv"));
    }

    @Test
    void aLedgerThatWasPutBackIsOneSentence() throws IOException {
        spend();
        byte[] early = Files.readAllBytes(home.ledger());
        try (var ledger =
                FileLedger.open(home, CLOCK, () -> Optional.of(PolicyFile.parse(POLICY)))) {
            assertEquals(new Verdict.Granted(), ledger.commit(JOB, 5, Digest.of(new byte[] {5})));
        }
        Files.write(home.ledger(), early);
        assertEquals(1, run("participant", "ledger", "--home", home.directory().toString()));
        var sentence = err.toString(StandardCharsets.UTF_8);
        assertEquals(1, sentence.lines().count(), sentence);
        assertTrue(sentence.contains("is older than its witness (7 of 8 entries)"), sentence);
    }
}
