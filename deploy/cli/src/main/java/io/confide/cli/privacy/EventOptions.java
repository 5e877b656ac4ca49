package io.confide.cli.privacy;

import io.confide.cli.BadValue;
import io.confide.common.privacy.Accountant;
import io.confide.common.privacy.Noise;
import io.confide.common.privacy.PrivacyEvent;
import io.confide.common.privacy.PrivacyUnit;
import io.confide.common.privacy.Relation;
import io.confide.common.privacy.Sampling;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

import java.util.Arrays;
import java.util.Optional;

/** What is released, to whom it belongs and how it is sampled. */
final class EventOptions {
    @Option(
            names = "--steps",
            required = true,
            paramLabel = "T",
            converter = Quantity.Whole.class,
            description = "How many noisy sums are released.")
    private long steps;

    @Option(
            names = "--delta",
            required = true,
            paramLabel = "D",
            converter = Quantity.class,
            description = "The chance left aside. At most 1/(10 × number of units), e.g. 1e-5.")
    private double delta;

    @Option(
            names = {"-q", "--sampling-rate"},
            paramLabel = "Q",
            converter = Quantity.class,
            description =
                    "Poisson sampling: the chance of a unit to be in one step, e.g. 0.01 "
                            + "or 256/60000. Default: every unit is in every step.")
    private Optional<Double> rate = Optional.empty();

    @Option(
            names = "--batch",
            paramLabel = "B",
            converter = Quantity.Whole.class,
            description = "Sampling without replacement: units in one step; needs --population.")
    private Optional<Long> batch = Optional.empty();

    @Option(
            names = "--population",
            paramLabel = "N",
            converter = Quantity.Whole.class,
            description = "Units in all, which is public; for --batch.")
    private Optional<Long> population = Optional.empty();

    @Option(
            names = "--relation",
            paramLabel = "add-remove|replace",
            converter = RelationWord.class,
            description =
                    "What two data sets differ in. The noise multiplier is relative to the "
                            + "sensitivity under it. Default: add-remove; replace with --batch.")
    private Optional<Relation> relation = Optional.empty();

    @Option(
            names = "--unit",
            paramLabel = "record|patient|site",
            defaultValue = "record",
            description = "Who is protected: whom clipping and sampling go by. Default: record.")
    private PrivacyUnit unit = PrivacyUnit.RECORD;

    @Option(
            names = "--grid-sensitivity",
            paramLabel = "S",
            converter = Quantity.class,
            description =
                    "The noise is discrete Gaussian on whole numbers, where a unit "
                            + "changes the sum by at most S. Default: continuous noise.")
    private Optional<Double> gridSensitivity = Optional.empty();

    @Option(
            names = "--dimension",
            paramLabel = "D",
            defaultValue = "2",
            converter = Quantity.Whole.class,
            description =
                    "Numbers in one sum, for --grid-sensitivity: 1 takes the exact "
                            + "law, more a bound that is the same for all. Default: 2.")
    private long dimension = 2;

    @Option(
            names = "--accountant",
            paramLabel = "pld|rdp",
            defaultValue = "pld",
            converter = AccountantWord.class,
            description =
                    "Whose answer comes first: the certified one of privacy loss distributions, "
                            + "or Rényi divergence. Default: ${DEFAULT-VALUE}.")
    private Accountant accountant = Accountant.PLD;

    Accountant accountant() {
        return accountant;
    }

    double delta() {
        return delta;
    }

    Optional<Double> gridSensitivity() {
        return gridSensitivity;
    }

    /** The event with {@code multiplier} times the sensitivity as noise. */
    PrivacyEvent event(double multiplier) {
        return new PrivacyEvent(relation(), unit, sampling(), noise(multiplier), steps);
    }

    /** The same with continuous noise. */
    PrivacyEvent continuous(double multiplier) {
        return new PrivacyEvent(
                relation(), unit, sampling(), new Noise.Gaussian(multiplier), steps);
    }

    /** A further job {@code Z,Q,T}, by Poisson sampling, under the same relation, unit and kind of noise. */
    PrivacyEvent further(String job) {
        var parts = job.split(",", -1);
        if (parts.length != 3) {
            throw new BadValue("\"" + job + "\" is not a job such as 2.0,0.01,1000.");
        }
        double q = Quantity.of(parts[1]);
        return new PrivacyEvent(
                relation(),
                unit,
                Sampling.atRate(q),
                noise(Quantity.of(parts[0])),
                Quantity.Whole.of(parts[2]));
    }

    private Noise noise(double multiplier) {
        return gridSensitivity.isPresent()
                ? new Noise.Grid(
                        multiplier * gridSensitivity.get(), gridSensitivity.get(), dimension)
                : new Noise.Gaussian(multiplier);
    }

    private Relation relation() {
        return relation.orElse(batch.isPresent() ? Relation.REPLACE : Relation.ADD_REMOVE);
    }

    private Sampling sampling() {
        if (batch.isPresent() != population.isPresent()) {
            throw new BadValue("--batch and --population go together.");
        }
        if (batch.isPresent() && rate.isPresent()) {
            throw new BadValue(
                    "--sampling-rate is Poisson sampling and --batch is not: choose one of them.");
        }
        if (batch.isPresent()) {
            return new Sampling.FixedSize(population.orElseThrow(), batch.get());
        }
        return rate.<Sampling>map(Sampling.Poisson::new).orElseGet(Sampling.Everyone::new);
    }

    /** Accountants by their words. */
    static final class AccountantWord implements ITypeConverter<Accountant> {
        @Override
        public Accountant convert(String text) {
            return switch (text) {
                case "pld" -> Accountant.PLD;
                case "rdp" -> Accountant.RDP;
                default ->
                        throw new BadValue(
                                "--accountant must be pld or rdp, not \"" + text + "\".");
            };
        }
    }

    /** Relations by their words. */
    static final class RelationWord implements ITypeConverter<Relation> {
        @Override
        public Relation convert(String text) {
            return Arrays.stream(Relation.values())
                    .filter(relation -> relation.word().equals(text))
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    new BadValue(
                                            "--relation must be add-remove or replace, not \""
                                                    + text
                                                    + "\"."));
        }
    }
}
