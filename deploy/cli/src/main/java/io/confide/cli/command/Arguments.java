package io.confide.cli.command;

import io.confide.cli.BadValue;
import io.confide.cli.data.PublicData;
import io.confide.cli.demo.DemoOptions;
import io.confide.cli.remote.Context;
import io.confide.common.model.SiteId;

import picocli.CommandLine.ITypeConverter;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;

/** Values of options and arguments, read while the command line is, so that a wrong one is bad usage. */
final class Arguments {
    private static final Duration EXPIRY_MIN = Duration.ofMinutes(1);
    private static final Duration EXPIRY_MAX = Duration.ofDays(30);

    private Arguments() {}

    /** How many hospitals a demo has. */
    static final class Sites implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return BadValue.refusing(() -> DemoOptions.requireSites(whole("--sites", text)));
        }
    }

    /** To how many sites pictures are dealt. */
    static final class Parts implements ITypeConverter<Integer> {
        private static final int PARTS_MAX = 10_000;

        @Override
        public Integer convert(String text) {
            int parts = whole("--sites", text);
            if (parts < 1 || parts > PARTS_MAX) {
                throw new BadValue("--sites is 1 to %d, not %d.".formatted(PARTS_MAX, parts));
            }
            return parts;
        }
    }

    /** Whose records a demo uses. */
    static final class Records implements ITypeConverter<DemoOptions.Data> {
        @Override
        public DemoOptions.Data convert(String text) {
            return switch (text.toLowerCase(Locale.ROOT)) {
                case "pbc" -> DemoOptions.Data.PBC;
                case "synthetic" -> DemoOptions.Data.SYNTHETIC;
                default ->
                        throw new BadValue(
                                "--data is pbc or synthetic, not \"%s\".".formatted(text));
            };
        }
    }

    /** How many rounds a demo trains. */
    static final class Rounds implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return BadValue.refusing(() -> DemoOptions.requireRounds(whole("--rounds", text)));
        }
    }

    /** The privacy of a demo. */
    static final class Epsilon implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            return BadValue.refusing(() -> DemoOptions.requireEpsilon(number("--dp", text)));
        }
    }

    /** Where a coordinator is. */
    static final class Address implements ITypeConverter<URI> {
        @Override
        public URI convert(String text) {
            return BadValue.refusing(() -> Context.uri(text));
        }
    }

    /** The name of a site. */
    static final class Site implements ITypeConverter<SiteId> {
        @Override
        public SiteId convert(String text) {
            try {
                return new SiteId(text);
            } catch (IllegalArgumentException e) {
                throw new BadValue("\"" + text + "\": " + e.getMessage() + ".");
            }
        }
    }

    /** A public data set. */
    static final class DataSet implements ITypeConverter<PublicData> {
        @Override
        public PublicData convert(String text) {
            return BadValue.refusing(() -> PublicData.named(text));
        }
    }

    /** How long a one-time token may be used. */
    static final class Expiry implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            var time = BadValue.refusing(() -> Durations.parse(text));
            if (time.compareTo(EXPIRY_MIN) < 0 || time.compareTo(EXPIRY_MAX) > 0) {
                throw new BadValue(
                        "--expires must be between 1m and 30d, not "
                                + text
                                + ": a token is for one enrolment soon.");
            }
            return time;
        }
    }

    private static double number(String option, String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException _) {
            throw new BadValue(option + " must be a number, not \"" + text + "\".");
        }
    }

    private static int whole(String option, String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException _) {
            throw new BadValue(option + " must be a whole number, not \"" + text + "\".");
        }
    }
}
