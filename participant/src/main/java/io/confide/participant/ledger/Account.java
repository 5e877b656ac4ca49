package io.confide.participant.ledger;

import io.confide.common.model.SitePolicy;
import io.confide.common.privacy.PrivacyEvent;
import io.confide.common.privacy.PrivacyUnit;
import io.confide.common.privacy.Relation;
import io.confide.participant.port.PrivacyLedger.Terms;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** One budget of the policy and what is charged to it: every job of a study, or every job on some datasets. */
public record Account(Scope scope, SitePolicy.Budget budget) {
    /** Which charges count. */
    public sealed interface Scope {
        /** Whatever the datasets are called: another name for the same records opens no new budget. */
        record Study(String name) implements Scope {}

        /** Whatever the studies are. */
        record Datasets(String name, Set<String> datasets) implements Scope {
            public Datasets {
                datasets = Set.copyOf(datasets);
            }
        }
    }

    /** The accounts of {@code policy}, in its order. */
    public static List<Account> of(SitePolicy policy) {
        var accounts = new ArrayList<Account>();
        for (var allowance : policy.allow()) {
            allowance
                    .budget()
                    .ifPresent(
                            budget ->
                                    accounts.add(
                                            new Account(
                                                    new Scope.Study(allowance.study()), budget)));
        }
        for (var total : policy.totals()) {
            var scope = new Scope.Datasets(total.name(), total.datasets());
            accounts.add(new Account(scope, total.budget()));
        }
        return List.copyOf(accounts);
    }

    /** Its name in the ledger. */
    public String key() {
        return key(scope);
    }

    static String key(Scope scope) {
        return switch (scope) {
            case Scope.Study(var name) -> "study/" + name;
            case Scope.Datasets(var name, _) -> "budget/" + name;
        };
    }

    /** Half a sentence for the operator. */
    String words() {
        return switch (scope) {
            case Scope.Study(var name) -> "the study " + name;
            case Scope.Datasets(var name, _) -> "the budget " + name;
        };
    }

    boolean covers(Terms terms) {
        return switch (scope) {
            case Scope.Study(var name) -> terms.study().equals(name);
            case Scope.Datasets(_, var datasets) -> datasets.contains(terms.dataset());
        };
    }

    /** Whether {@code event} can be charged here at all: guarantees of other units or relations do not add up. */
    boolean takes(PrivacyEvent event) {
        return event.unit() == unit() && event.relation() == Relation.ADD_REMOVE;
    }

    PrivacyUnit unit() {
        return switch (budget.unit()) {
            case RECORD -> PrivacyUnit.RECORD;
            case PATIENT -> PrivacyUnit.PATIENT;
        };
    }
}
