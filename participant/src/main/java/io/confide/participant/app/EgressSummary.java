package io.confide.participant.app;

import io.confide.participant.vault.Egress;
import io.confide.participant.vault.EgressLedger;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;

/** The egress ledger by job and category. */
final class EgressSummary {
    private EgressSummary() {}

    static Steward.EgressReport of(List<EgressLedger.Line> lines) {
        var sums = new LinkedHashMap<Key, Sum>();
        for (var category : Egress.values()) {
            for (var line : lines) {
                if (line.category().equals(category.words())) {
                    sums.merge(
                            new Key(line.job(), category.words()),
                            new Sum(1, line.bytes()),
                            Sum::plus);
                }
            }
        }
        return new Steward.EgressReport(
                lines.stream().map(EgressLedger.Line::time).min(Comparator.naturalOrder()),
                lines.stream().map(EgressLedger.Line::time).max(Comparator.naturalOrder()),
                sums.entrySet().stream()
                        .map(
                                entry ->
                                        new Steward.EgressLine(
                                                entry.getKey().job(),
                                                entry.getKey().category(),
                                                entry.getValue().messages(),
                                                entry.getValue().bytes()))
                        .sorted(
                                Comparator.comparing(Steward.EgressLine::job)
                                        .thenComparingInt(line -> order(line.category())))
                        .toList(),
                lines.stream().filter(line -> line.category().equals("refused")).count());
    }

    private static int order(String category) {
        return Arrays.stream(Egress.values())
                .filter(value -> value.words().equals(category))
                .findFirst()
                .map(Egress::ordinal)
                .orElse(Integer.MAX_VALUE);
    }

    private record Key(String job, String category) {}

    private record Sum(long messages, long bytes) {
        Sum plus(Sum other) {
            return new Sum(messages + other.messages, bytes + other.bytes);
        }
    }
}
