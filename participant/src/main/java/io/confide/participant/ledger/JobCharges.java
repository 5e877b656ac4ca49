package io.confide.participant.ledger;

import io.confide.common.model.Digest;
import io.confide.common.privacy.PrivacyEvent;
import io.confide.common.privacy.RenyiBudget;
import io.confide.participant.port.PrivacyLedger.Terms;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What one job reserved and committed. */
final class JobCharges {
    private final Terms terms;
    private final Set<Charge> charges = new HashSet<>();
    private final Map<Double, Double> costs = new HashMap<>();
    private Standing standing = Standing.OPEN;

    JobCharges(Terms terms) {
        this.terms = terms;
    }

    private record Charge(long round, Digest input) {}

    enum Standing {
        OPEN,
        RELEASED
    }

    Terms terms() {
        return terms;
    }

    Standing standing() {
        return standing;
    }

    void stand(Standing now) {
        standing = now;
    }

    void charge(long round, Digest input) {
        charges.add(new Charge(round, input));
    }

    boolean charged(long round, Digest input) {
        return charges.contains(new Charge(round, input));
    }

    /** Releases that were paid. */
    int committed() {
        return charges.size();
    }

    /** Releases that are set aside and not paid. */
    int reserved() {
        return switch (standing) {
            case OPEN -> Math.max(0, terms.commits() - charges.size());
            case RELEASED -> 0;
        };
    }

    /** What {@code releases} of this job cost in {@code account}; infinite if they cannot be charged there. */
    double cost(Account account, RenyiBudget budget, int releases) {
        if (releases == 0) {
            return 0;
        }
        if (!account.takes(terms.event())) {
            return Double.POSITIVE_INFINITY;
        }
        return releases * costs.computeIfAbsent(budget.order(), _ -> budget.cost(terms.event()));
    }

    /** {@code releases} of this job as one event. */
    PrivacyEvent event(int releases) {
        var event = terms.event();
        return new PrivacyEvent(
                event.relation(),
                event.unit(),
                event.sampling(),
                event.noise(),
                event.steps() * releases);
    }
}
