package io.confide.cli.privacy;

import io.confide.cli.BadValue;
import io.confide.common.privacy.NoiseShares;

import picocli.CommandLine.Option;

import java.util.Optional;

/** Noise that the sites add in shares. */
final class ShareOptions {
    @Option(
            names = "--min-survivors",
            paramLabel = "S",
            description =
                    "The noise is added in shares by the sites: the fewest sites that may "
                            + "be in a sum. Prints ε towards every observer.")
    private Optional<Integer> minimum = Optional.empty();

    @Option(
            names = "--colluders",
            paramLabel = "C",
            description = "Sites among them that may know or withhold their shares. Default: 0.")
    private Optional<Integer> colluders = Optional.empty();

    @Option(
            names = "--survivors",
            paramLabel = "S",
            description = "Sites that are in the sums if none is lost. Default: --min-survivors.")
    private Optional<Integer> survivors = Optional.empty();

    Optional<NoiseShares> shares() {
        if (minimum.isEmpty() && (colluders.isPresent() || survivors.isPresent())) {
            throw new BadValue("--colluders and --survivors need --min-survivors.");
        }
        return minimum.map(fewest -> new NoiseShares(fewest, colluders.orElse(0)));
    }

    int survivors(NoiseShares shares) {
        return survivors.orElse(shares.minimumSurvivors());
    }
}
