package io.confide.cli.privacy;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;

/** Numbers for people. */
final class Digits {
    private static final MathContext FIVE = new MathContext(5);
    private static final int PLACES = 5;

    private Digits() {}

    /** About five digits, without an exponent where that can be read. */
    static String of(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e12) {
            return Long.toString((long) value);
        }
        double size = Math.abs(value);
        return size >= 1e-3 && size < 1e7
                ? new BigDecimal(value).round(FIVE).stripTrailingZeros().toPlainString()
                : new DecimalFormat("0.####E0", DecimalFormatSymbols.getInstance(Locale.ROOT))
                        .format(value)
                        .replace('E', 'e');
    }

    /** Five places, never below the value: an ε that is printed is one that holds. */
    static String up(double epsilon) {
        return Double.isInfinite(epsilon)
                ? "∞"
                : new BigDecimal(epsilon).setScale(PLACES, RoundingMode.CEILING).toPlainString();
    }
}
