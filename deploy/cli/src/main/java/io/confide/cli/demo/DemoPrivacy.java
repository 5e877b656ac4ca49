package io.confide.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;

import io.confide.common.model.Guarantee;
import io.confide.common.model.Plan;
import io.confide.common.model.SiteId;
import io.confide.common.privacy.ObserverEpsilon;
import io.confide.common.privacy.PlanPrivacy;
import io.confide.participant.app.LedgerReport;
import io.confide.participant.ledger.Spending;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * What a job with a guarantee cost every record.
 *
 * @param observers towards whom, given how many sites the smallest sum held; the certified row last
 * @param ledgers what each hospital's own ledger says was spent
 */
record DemoPrivacy(
        Guarantee.RecordLevel terms, List<ObserverEpsilon> observers, List<Ledger> ledgers) {
    private static final int PLACES = 3;

    DemoPrivacy {
        observers = List.copyOf(observers);
        ledgers = List.copyOf(ledgers);
    }

    /**
     * One hospital's ledger.
     *
     * @param spent ε by Rényi accounting
     * @param budget ε that its policy gives
     * @param releases that were charged
     */
    record Ledger(SiteId site, double spent, double budget, long releases) {}

    /** Three places, never below the value: an ε that is printed is one that holds. */
    static String up(double epsilon) {
        return new BigDecimal(epsilon).setScale(PLACES, RoundingMode.CEILING).toPlainString();
    }

    /** As people write it, e.g. {@code 1e-5}. */
    String delta() {
        return Double.toString(terms.delta()).replace(".0E", "e").replace('E', 'e');
    }

    /** Of the rounds as the coordinator tells them, and the hospitals' ledgers; empty without a guarantee. */
    static Optional<DemoPrivacy> of(Plan plan, JsonNode rounds, DemoStudy study, DemoHome home) {
        return switch (plan.guarantee()) {
            case Guarantee.None _ -> Optional.empty();
            case Guarantee.RecordLevel terms ->
                    Optional.of(
                            new DemoPrivacy(
                                    terms,
                                    PlanPrivacy.of(plan, terms).observers(survivors(terms, rounds)),
                                    ledgers(study, home)));
        };
    }

    private static List<Ledger> ledgers(DemoStudy study, DemoHome home) {
        return study.hospitals().stream()
                .flatMap(
                        hospital ->
                                LedgerReport.of(home.site(hospital.site())).lines().stream()
                                        .map(LedgerReport.Line::spending)
                                        .map(spending -> ledger(hospital.site(), spending)))
                .toList();
    }

    private static Ledger ledger(SiteId site, Spending spending) {
        return new Ledger(
                site,
                spending.epsilon(),
                spending.account().budget().epsilon(),
                spending.releases());
    }

    private static int survivors(Guarantee.RecordLevel terms, JsonNode rounds) {
        int least =
                StreamSupport.stream(rounds.spliterator(), false)
                        .mapToInt(round -> round.path("included").size())
                        .filter(included -> included > 0)
                        .min()
                        .orElse(0);
        return Math.max(terms.minimumSurvivors(), least);
    }
}
