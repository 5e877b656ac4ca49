package io.confide.common.privacy;

import io.confide.common.encoding.ParameterManifest;
import io.confide.common.model.Guarantee;
import io.confide.common.model.Plan;

import java.util.List;

/**
 * What a plan with a record-level guarantee costs, computed from the noise that it freezes and not from the ε that it
 * states: everybody who is asked to believe the plan can compute this for itself.
 */
public record PlanPrivacy(Guarantee.RecordLevel guarantee, int parameters) {
    private static final double LEAST_BUDGET = 1e-6;

    /** Of {@code plan}, whose guarantee is {@code records}. */
    public static PlanPrivacy of(Plan plan, Guarantee.RecordLevel records) {
        return new PlanPrivacy(records, ParameterManifest.of(plan).parameterCount());
    }

    /**
     * One commit in the worst case that the plan allows: the fewest survivors, of which all assumed colluders are some. A
     * record is in it with the plan's chance: no observer but its own site, which needs no protection from itself, knows
     * whether it is.
     */
    public PrivacyEvent oneCommit() {
        return event(1);
    }

    /** Everything that the plan may ever release. */
    public List<PrivacyEvent> allCommits() {
        return List.of(event(guarantee.commits()));
    }

    /** ε of all commits by Rényi accounting, at the plan's δ: what the plan may not understate. */
    public double epsilon() {
        return Accountant.RDP.epsilon(allCommits(), guarantee.delta());
    }

    /** ε of the first {@code commits} of them, each 1 to all, by the same accounting. */
    public List<Double> epsilonAfter(List<Integer> commits) {
        var one = RdpAccountant.compose(List.of(oneCommit()));
        return commits.stream()
                .map(
                        many -> {
                            Require.range(many, 1, guarantee.commits(), "The number of commits");
                            return one.times(many).epsilon(guarantee.delta()).epsilon();
                        })
                .toList();
    }

    /**
     * A budget, at the plan's δ, that a ledger without other charges takes the plan with, within a thousandth of the least.
     * Without sampling it is what all commits cost; a sample costs more at the one order that a ledger keeps to.
     */
    public double budget() {
        double enough = Math.max(epsilon(), LEAST_BUDGET);
        double few = enough;
        while (!isTakenWith(enough)) {
            few = enough;
            enough *= 2;
        }
        while (enough - few > enough / 2000) {
            double middle = few + (enough - few) / 2;
            if (isTakenWith(middle)) {
                enough = middle;
            } else {
                few = middle;
            }
        }
        return enough;
    }

    private boolean isTakenWith(double epsilon) {
        var budget = RenyiBudget.of(epsilon, guarantee.delta());
        return budget.admits(budget.cost(event(guarantee.commits())));
    }

    /** How the noise is shared among the sites. */
    public NoiseShares shares() {
        return new NoiseShares(guarantee.minimumSurvivors(), guarantee.colluders());
    }

    /** ε for every observer if {@code survivors} sites are in every sum; the certified row is the last. */
    public List<ObserverEpsilon> observers(int survivors) {
        return ObserverEpsilon.table(allCommits(), shares(), survivors, guarantee.delta());
    }

    private PrivacyEvent event(long steps) {
        // A shade less noise than there is, so that the root's rounding is on the safe side.
        double sigma = Math.nextDown(Math.sqrt((double) guarantee.variance()));
        return new PrivacyEvent(
                Relation.ADD_REMOVE,
                PrivacyUnit.RECORD,
                Sampling.atRate(guarantee.samplingRate()),
                new Noise.Grid(sigma, guarantee.sensitivity(), parameters),
                steps);
    }
}
