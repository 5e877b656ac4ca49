package io.confide.cli.privacy;

import io.confide.cli.Terminal;
import io.confide.common.privacy.NoiseShares;
import io.confide.common.privacy.ObserverEpsilon;
import io.confide.common.privacy.PldAccountant;
import io.confide.common.privacy.PrivacyEvent;
import io.confide.common.privacy.RdpAccountant;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code confide privacy epsilon}. */
@Command(
        name = "epsilon",
        mixinStandardHelpOptions = true,
        description = "Say how much privacy noisy sums cost: ε at a δ, by both accountants.",
        footer = {
            "%nExamples:",
            "  confide privacy epsilon --noise-multiplier 4.75 --steps 10 --delta 1e-5",
            "      ten sums of all records",
            "  confide privacy epsilon --noise 1.1 -q 256/60000 --steps 14062 --delta 1e-5",
            "      training on random batches",
            "  confide privacy epsilon --noise 1.1 -q 0.004 --steps 3515 --then 2,0.01,1000 --delta"
                    + " 1e-5",
            "      two jobs on the same data",
            "  confide privacy epsilon --noise 2 --batch 50 --population 1000 --steps 500 --delta"
                    + " 1e-4",
            "      batches of a fixed size",
            "  confide privacy epsilon --noise 4.75 --steps 10 --delta 1e-5 \\",
            "      --min-survivors 6 --colluders 1 --survivors 7",
            "      noise in shares: ε towards each observer",
            "%nBoth numbers are upper bounds on the same ε; the certified one is the smaller, by"
                    + " privacy",
            "loss distributions. The Rényi one adds up over jobs, so a ledger is charged in it."
        })
public final class EpsilonCommand extends Question {
    @Option(
            names = {"-z", "--noise-multiplier", "--noise"},
            required = true,
            paramLabel = "Z",
            converter = Quantity.class,
            description = "Noise multiplier: standard deviation over sensitivity.")
    private double noise;

    @Option(
            names = "--then",
            paramLabel = "Z,Q,T",
            description =
                    "A further job on the same data: noise multiplier, sampling rate "
                            + "(1: everyone), steps. May be given again.")
    private List<String> then = List.of();

    @Option(
            names = "--order",
            paramLabel = "A",
            converter = Quantity.class,
            description = "Print the Rényi divergence of one step at this order too.")
    private List<Double> orders = List.of();

    @Option(
            names = "--interval",
            paramLabel = "I",
            defaultValue = "1e-4",
            converter = Quantity.class,
            description =
                    "Distance of losses in the certified accountant: smaller is "
                            + "tighter and slower, which matters for many steps at a tiny rate. "
                            + "Default: ${DEFAULT-VALUE}.")
    private double interval = PldAccountant.INTERVAL;

    public EpsilonCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    EpsilonAnswer answer() {
        var events = new ArrayList<PrivacyEvent>();
        events.add(options.event(noise));
        then.forEach(job -> events.add(options.further(job)));
        double delta = options.delta();
        var curve = RdpAccountant.compose(events);
        var shares = shareOptions.shares();
        return new EpsilonAnswer(
                List.copyOf(events),
                delta,
                options.accountant(),
                PldAccountant.epsilon(events, delta, interval),
                curve.epsilon(delta),
                curve.classicEpsilon(delta),
                divergences(events.getFirst()),
                shares.map(each -> observers(events, each)).orElse(List.of()),
                shares);
    }

    private List<ObserverEpsilon> observers(List<PrivacyEvent> events, NoiseShares shares) {
        return ObserverEpsilon.table(
                events, shares, shareOptions.survivors(shares), options.delta());
    }

    private Map<Double, Double> divergences(PrivacyEvent event) {
        var divergences = new LinkedHashMap<Double, Double>();
        for (double order : orders) {
            divergences.put(order, RdpAccountant.oneStep(event, order));
        }
        return divergences;
    }
}
