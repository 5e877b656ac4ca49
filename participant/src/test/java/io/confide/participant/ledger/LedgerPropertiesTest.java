package io.confide.participant.ledger;

import static io.confide.participant.port.PrivacyLedgerContract.DATASET;
import static io.confide.participant.port.PrivacyLedgerContract.STUDY;
import static io.confide.participant.port.PrivacyLedgerContract.input;
import static io.confide.participant.port.PrivacyLedgerContract.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.privacy.Noise;
import io.confide.common.privacy.PrivacyEvent;
import io.confide.common.privacy.PrivacyUnit;
import io.confide.common.privacy.Relation;
import io.confide.common.privacy.Sampling;
import io.confide.participant.port.MemoryLedger;
import io.confide.participant.port.PrivacyLedger;
import io.confide.participant.port.PrivacyLedger.Terms;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Whatever jobs ask for in whatever order, with restarts between. */
class LedgerPropertiesTest {
    private Path directory = Path.of("");
    private TestLedger site = new TestLedger(directory);

    @BeforeTry
    void home() throws IOException {
        directory = Files.createTempDirectory("ledger");
        site = new TestLedger(directory);
    }

    @AfterTry
    void remove() throws IOException {
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** One call; its fields that do not belong to the kind are not looked at. */
    record Step(int kind, long job, int commits, double multiplier, double rate, int round) {}

    @Provide
    Arbitrary<List<Step>> everyone() {
        return steps(Arbitraries.just(1.0));
    }

    @Provide
    Arbitrary<List<Step>> sampled() {
        return steps(Arbitraries.of(0.01, 0.1, 0.5, 1.0));
    }

    private static Arbitrary<List<Step>> steps(Arbitrary<Double> rates) {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 9),
                        Arbitraries.longs().between(1, 4),
                        Arbitraries.integers().between(1, 12),
                        Arbitraries.doubles().between(1, 12),
                        rates,
                        Arbitraries.integers().between(1, 12))
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(60);
    }

    private static Terms terms(Step step) {
        Sampling sampling =
                step.rate == 1 ? new Sampling.Everyone() : new Sampling.Poisson(step.rate);
        var noise = new Noise.Grid(Math.rint(step.multiplier * 4096), 4096, 10);
        return new Terms(
                job(step.job),
                STUDY,
                DATASET,
                new PrivacyEvent(Relation.ADD_REMOVE, PrivacyUnit.RECORD, sampling, noise, 1),
                step.commits);
    }

    private static Object call(PrivacyLedger ledger, Step step) {
        return switch (step.kind) {
            case 0, 1 -> ledger.reserve(terms(step)).getClass();
            case 2 -> {
                ledger.release(job(step.job));
                yield "released";
            }
            default -> ledger.commit(job(step.job), step.round, input(step.round)).getClass();
        };
    }

    private FileLedger restarted(FileLedger ledger, Step step) {
        if (step.kind == 9 && step.round == 1) {
            ledger.close();
            return site.open();
        }
        return ledger;
    }

    /** Without sampling the one order of the filter is where the accountant finds ε, so the two agree in every verdict. */
    @Property(tries = 60)
    void decidesLikeTheAccountantWhereNobodyIsSampled(@ForAll("everyone") List<Step> steps) {
        var memory = new MemoryLedger(Map.of(STUDY, TestLedger.budget(3)));
        var ledger = site.open();
        for (var step : steps) {
            ledger = restarted(ledger, step);
            assertEquals(call(memory, step), call(ledger, step), () -> "at " + step);
        }
        ledger.close();
    }

    @Property(tries = 60)
    void whatWasChargedNeverExceedsTheBudget(@ForAll("sampled") List<Step> steps) {
        var ledger = site.open();
        for (var step : steps) {
            ledger = restarted(ledger, step);
            call(ledger, step);
            var spending = site.view().spending(site.policy).getFirst();
            assertTrue(spending.epsilon() <= 3 + 1e-9, "ε " + spending.epsilon());
            assertTrue(spending.epsilonReserved() <= 3 + 1e-9, "ε " + spending.epsilonReserved());
        }
        ledger.close();
    }
}
