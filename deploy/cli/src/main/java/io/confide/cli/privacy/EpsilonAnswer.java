package io.confide.cli.privacy;

import io.confide.cli.Terminal;
import io.confide.common.privacy.Accountant;
import io.confide.common.privacy.NoiseShares;
import io.confide.common.privacy.ObserverEpsilon;
import io.confide.common.privacy.PrivacyEvent;
import io.confide.common.privacy.RdpEpsilon;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What {@code confide privacy epsilon} found, and its two forms. */
record EpsilonAnswer(
        List<PrivacyEvent> events,
        double delta,
        Accountant accountant,
        double pld,
        RdpEpsilon rdp,
        double classic,
        Map<Double, Double> divergences,
        List<ObserverEpsilon> observers,
        Optional<NoiseShares> shares)
        implements Question.Answer {

    private double epsilon() {
        return switch (accountant) {
            case PLD -> pld;
            case RDP -> rdp.epsilon();
        };
    }

    @Override
    public void print(Terminal terminal) {
        var byLosses = "   certified: by privacy loss distributions";
        var byDivergence =
                "   by Rényi divergence of order "
                        + Digits.of(rdp.order())
                        + ": what a ledger is charged"
                        + (rdp.isAtTheEnd() ? " (the last order tried)" : "");
        switch (accountant) {
            case PLD -> {
                first(terminal, pld, byLosses);
                terminal.line(bound(rdp.epsilon()) + byDivergence);
            }
            case RDP -> {
                first(terminal, rdp.epsilon(), byDivergence);
                terminal.line(bound(pld) + byLosses);
            }
        }
        terminal.line(
                terminal.faint(
                        " ε ≤ "
                                + Digits.up(classic)
                                + "   by the older conversion, to compare with published figures"));
        divergences.forEach(
                (order, value) ->
                        terminal.line(
                                "   Rényi divergence of one step at order "
                                        + Digits.of(order)
                                        + ": "
                                        + value));
        printObservers(terminal);
        terminal.line("");
        Assumptions.lines(Assumptions.of(events, delta, shares), terminal.columns())
                .forEach(terminal::line);
    }

    private void first(Terminal terminal, double epsilon, String how) {
        terminal.line(terminal.strong(bound(epsilon)) + how + ", at δ = " + Digits.of(delta));
    }

    private static String bound(double epsilon) {
        return " ε ≤ " + Digits.up(epsilon);
    }

    private void printObservers(Terminal terminal) {
        if (observers.isEmpty()) {
            return;
        }
        terminal.line("");
        terminal.line(" towards                  sites in the sums   certified ε       Rényi");
        for (var row : observers) {
            terminal.line(
                    String.format(
                            Locale.ROOT,
                            " %-24s %17d %13s %11s%s",
                            row.observer().name(),
                            row.survivors(),
                            Digits.up(row.pld()),
                            Digits.up(row.rdp()),
                            row.left() == 1 ? "   the worst that is promised" : ""));
        }
    }

    @Override
    public Map<String, Object> json() {
        var json = new LinkedHashMap<String, Object>();
        json.put("epsilon", epsilon());
        json.put("delta", delta);
        json.put("accountant", EventJson.word(accountant));
        json.put("pld", Map.of("epsilon", pld));
        json.put("rdp", ordered("epsilon", rdp.epsilon(), "order", rdp.order()));
        json.put("rdpClassicConversion", ordered("epsilon", classic));
        json.put("neighbouring", events.getFirst().relation().word());
        json.put("sampling", EventJson.word(events.getFirst().sampling()));
        json.put("unit", events.getFirst().unit().word());
        json.put("events", events.stream().map(EventJson::of).toList());
        var orders = new ArrayList<Map<String, Object>>();
        divergences.forEach(
                (order, value) -> orders.add(ordered("order", order, "oneStep", value)));
        json.put("divergences", orders);
        json.put("observers", observers.stream().map(EpsilonAnswer::observer).toList());
        json.put("assumptions", Assumptions.of(events, delta, shares));
        return json;
    }

    private static Map<String, Object> observer(ObserverEpsilon row) {
        var json = new LinkedHashMap<String, Object>();
        json.put("observer", row.observer().name());
        json.put("colludingSites", row.observer().colludingSites());
        json.put("survivors", row.survivors());
        json.put("noiseLeft", row.left());
        json.put("pld", row.pld());
        json.put("rdp", row.rdp());
        return json;
    }

    private static Map<String, Object> ordered(Object... pairs) {
        var map = new LinkedHashMap<String, Object>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }
}
