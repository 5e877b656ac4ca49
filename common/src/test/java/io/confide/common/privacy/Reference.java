package io.confide.common.privacy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/** A row of reference.csv: what another implementation, or mathematics, says. */
record Reference(
        String mechanism,
        double z,
        double rate,
        long steps,
        double delta,
        double epsilon,
        String accountant,
        String parameters) {
    private static final Pattern FIELD = Pattern.compile("(?:^|,)(?:\"([^\"]*)\"|([^,]*))");

    static List<Reference> all() {
        var rows = new ArrayList<Reference>();
        try (var in =
                new BufferedReader(
                        new InputStreamReader(
                                Objects.requireNonNull(
                                        Reference.class.getResourceAsStream(
                                                "/privacy/reference.csv")),
                                StandardCharsets.UTF_8))) {
            in.lines().filter(line -> !line.startsWith("#")).forEach(line -> rows.add(of(line)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }

    private static Reference of(String line) {
        var fields = new ArrayList<String>();
        var matcher = FIELD.matcher(line);
        while (matcher.find()) {
            fields.add(matcher.group(1) != null ? matcher.group(1) : matcher.group(2));
        }
        return new Reference(
                fields.get(0),
                Double.parseDouble(fields.get(1)),
                Double.parseDouble(fields.get(2)),
                Long.parseLong(fields.get(3)),
                Double.parseDouble(fields.get(4)),
                Double.parseDouble(fields.get(5)),
                fields.get(6),
                fields.size() > 8 ? fields.get(8) : "");
    }

    double order() {
        return Double.parseDouble(accountant.substring(accountant.indexOf('=') + 1));
    }

    String parameter(String name) {
        for (var pair : parameters.split(";")) {
            if (pair.startsWith(name + "=")) {
                return pair.substring(name.length() + 1);
            }
        }
        throw new IllegalArgumentException(name + " in " + parameters);
    }

    List<PrivacyEvent> events() {
        return switch (mechanism) {
            case "wor_gaussian" -> List.of(fixedSize(number("n"), number("batch")));
            case "rdp_order_wor_gaussian" ->
                    List.of(fixedSize(1_000_000, Math.round(rate * 1_000_000)));
            case "discrete_gaussian", "poisson_discrete_gaussian" ->
                    List.of(event(new Noise.Grid(z, number("sens"), number("dim")), rate, steps));
            case "composed" -> jobs();
            default -> List.of(event(new Noise.Gaussian(z), rate, steps));
        };
    }

    static PrivacyEvent event(Noise noise, double rate, long steps) {
        return new PrivacyEvent(
                Relation.ADD_REMOVE, PrivacyUnit.RECORD, new Sampling.Poisson(rate), noise, steps);
    }

    static PrivacyEvent event(double z, double rate, long steps) {
        return event(new Noise.Gaussian(z), rate, steps);
    }

    private PrivacyEvent fixedSize(long population, long batch) {
        return new PrivacyEvent(
                Relation.REPLACE,
                PrivacyUnit.RECORD,
                new Sampling.FixedSize(population, batch),
                new Noise.Gaussian(z),
                steps);
    }

    private long number(String name) {
        return Long.parseLong(parameter(name));
    }

    private List<PrivacyEvent> jobs() {
        var events = new ArrayList<PrivacyEvent>();
        for (var job : parameter("jobs").split("\\+")) {
            var parts = job.substring(1, job.length() - 1).split(",");
            events.add(
                    event(
                            Double.parseDouble(parts[0]),
                            Double.parseDouble(parts[1]),
                            Long.parseLong(parts[2])));
        }
        return events;
    }
}
