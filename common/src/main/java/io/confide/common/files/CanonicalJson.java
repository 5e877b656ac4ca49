package io.confide.common.files;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Iterator;
import java.util.Map;

/** Writes RFC 8785. */
final class CanonicalJson {
    private CanonicalJson() {}

    static void write(Json json, StringBuilder out) {
        switch (json) {
            case Json.Obj object -> writeObject(object, out);
            case Json.Arr array -> writeArray(array, out);
            case Json.Text text -> writeText(text.value(), out);
            case Json.Num number -> out.append(number(number.value()));
            case Json.Bool bool -> out.append(bool.value());
            case Json.Nil _ -> out.append("null");
        }
    }

    private static void writeObject(Json.Obj object, StringBuilder out) {
        out.append('{');
        String separator = "";
        // String's order is by UTF-16 code units, which is what RFC 8785 §3.2.3 asks for.
        for (Map.Entry<String, Json> member : object.members().entrySet()) {
            out.append(separator);
            writeText(member.getKey(), out);
            out.append(':');
            write(member.getValue(), out);
            separator = ",";
        }
        out.append('}');
    }

    private static void writeArray(Json.Arr array, StringBuilder out) {
        out.append('[');
        for (Iterator<Json> items = array.items().iterator(); items.hasNext(); ) {
            write(items.next(), out);
            if (items.hasNext()) {
                out.append(',');
            }
        }
        out.append(']');
    }

    private static void writeText(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean paired =
                    Character.isHighSurrogate(c)
                            && i + 1 < text.length()
                            && Character.isLowSurrogate(text.charAt(i + 1));
            if (paired) {
                out.append(c).append(text.charAt(++i));
            } else if (Character.isSurrogate(c)) {
                throw new IllegalArgumentException("a text with half a surrogate pair is no JSON");
            } else {
                writeChar(c, out);
            }
        }
        out.append('"');
    }

    private static void writeChar(char c, StringBuilder out) {
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\b' -> out.append("\\b");
            case '\t' -> out.append("\\t");
            case '\n' -> out.append("\\n");
            case '\f' -> out.append("\\f");
            case '\r' -> out.append("\\r");
            default -> {
                if (c < 0x20) {
                    out.append(String.format("\\u%04x", (int) c));
                } else {
                    out.append(c);
                }
            }
        }
    }

    /** ECMAScript's Number::toString for a finite value. */
    static String number(double value) {
        if (value == 0) {
            return "0";
        }
        BigDecimal shortest = shortest(Math.abs(value));
        String digits = shortest.unscaledValue().toString();
        return (value < 0 ? "-" : "") + layout(digits, digits.length() - shortest.scale());
    }

    /** The fewest digits that still mean {@code value}, and of those the nearest. */
    private static BigDecimal shortest(double value) {
        // Java gives the shortest digits too, but never fewer than two: 4.9E-324 for 5e-324.
        var decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        var oneDigit = decimal.round(new MathContext(1, RoundingMode.HALF_EVEN));
        return oneDigit.doubleValue() == value ? oneDigit.stripTrailingZeros() : decimal;
    }

    /** The value is 0.digits times 10^n. */
    private static String layout(String digits, int n) {
        int k = digits.length();
        if (k <= n && n <= 21) {
            return digits + "0".repeat(n - k);
        }
        if (0 < n && n <= 21) {
            return digits.substring(0, n) + "." + digits.substring(n);
        }
        if (-6 < n && n <= 0) {
            return "0." + "0".repeat(-n) + digits;
        }
        String exponent = (n - 1 < 0 ? "-" : "+") + Math.abs(n - 1);
        String fraction = k == 1 ? "" : "." + digits.substring(1);
        return digits.charAt(0) + fraction + "e" + exponent;
    }
}
