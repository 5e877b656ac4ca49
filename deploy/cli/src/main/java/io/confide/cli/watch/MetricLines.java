package io.confide.cli.watch;

import com.fasterxml.jackson.databind.JsonNode;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The numbers of an evaluation for people: how well the model tells apart, how sure that is, on how many rows. */
public final class MetricLines {
    private MetricLines() {}

    /** One line per kind of number, in a fixed order; those that this version does not know come last. */
    public static List<String> of(JsonNode metrics) {
        var numbers = new TreeMap<String, Double>();
        for (var entry : metrics.properties()) {
            if (entry.getValue().isNumber()) {
                numbers.put(entry.getKey(), entry.getValue().asDouble());
            }
        }
        var lines = new ArrayList<String>();
        words(numbers).forEach((name, text) -> lines.add("  %-11s %s".formatted(name, text)));
        return lines;
    }

    /** All in one line. */
    public static String oneLine(Map<String, Double> numbers) {
        var parts = new ArrayList<String>();
        words(numbers).forEach((name, text) -> parts.add(name + " " + text));
        return String.join(" · ", parts);
    }

    private static Map<String, String> words(Map<String, Double> numbers) {
        var left = new TreeMap<>(numbers);
        var words = new LinkedHashMap<String, String>();
        put(words, "AUC", left.remove("auc"), "%.3f");
        append(words, "AUC", left.remove("aucErrorBound"), " (± %.3f from the sums' histograms)");
        put(words, "log loss", left.remove("logLoss"), "%.3f");
        put(words, "accuracy", left.remove("accuracy"), "%.3f");
        put(words, "calibration", left.remove("ece"), "off by %.3f on average");
        append(words, "calibration", left.remove("mce"), ", by %.3f at most");
        put(words, "rows", left.remove("rows"), "%.0f");
        append(words, "rows", left.remove("positives"), ", %.0f positive");
        left.forEach((name, value) -> put(words, name, value, format(value)));
        return words;
    }

    /** Counts have no decimals. */
    private static String format(double value) {
        return value == Math.rint(value) ? "%.0f" : "%.4f";
    }

    private static void put(
            Map<String, String> words, String name, @Nullable Double value, String format) {
        if (value != null) {
            words.put(name, String.format(Locale.ROOT, format, value));
        }
    }

    private static void append(
            Map<String, String> words, String name, @Nullable Double value, String format) {
        if (value != null) {
            words.computeIfPresent(
                    name, (_, before) -> before + String.format(Locale.ROOT, format, value));
        }
    }
}
