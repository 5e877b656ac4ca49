package io.confide.cli.privacy;

import io.confide.cli.BadValue;

import picocli.CommandLine.ITypeConverter;

import java.util.regex.Pattern;

/** A number as a person writes it: 0.01, 1e-5 or 256/60000. */
final class Quantity implements ITypeConverter<Double> {
    private static final Pattern DIVISION = Pattern.compile("/");

    @Override
    public Double convert(String text) {
        return of(text);
    }

    static double of(String text) {
        var parts = DIVISION.split(text, -1);
        return parts.length == 2
                ? finite(number(parts[0], text) / number(parts[1], text), text)
                : finite(number(text, text), text);
    }

    private static double number(String part, String text) {
        try {
            return Double.parseDouble(part);
        } catch (NumberFormatException _) {
            throw refused(text);
        }
    }

    private static double finite(double value, String text) {
        if (Double.isFinite(value)) {
            return value;
        }
        throw refused(text);
    }

    private static BadValue refused(String text) {
        return new BadValue("\"" + text + "\" is not a number such as 0.01, 1e-5 or 256/60000.");
    }

    /** A count; 1e6 is one too. */
    static final class Whole implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return of(text);
        }

        static long of(String text) {
            double value = Quantity.of(text);
            if (value != Math.rint(value) || Math.abs(value) > 0x1p53) {
                throw new BadValue("\"" + text + "\" is not a whole number.");
            }
            return (long) value;
        }
    }
}
