package io.confide.e2e;

import io.confide.coordinator.port.ModelDetails.FoldView;
import io.confide.coordinator.port.ModelRecord;
import io.confide.coordinator.port.Views.DelaysView;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** The closed rounds of a job that never was, so that whatever counts them says the same. Not thread-safe. */
final class MadeUpPast {
    /** Of how many of a site's last rounds its delays are told. */
    private static final int DELAYS_OF = 32;

    private static final long LOWEST_CLASS = 64;

    private final List<Round> rounds = new ArrayList<>();
    private final List<FoldView> evaluations = new ArrayList<>();
    private final List<Round> earlier = new ArrayList<>();

    private record Round(long number, List<String> cohort, Set<String> dropped, double seconds) {}

    void closed(long number, List<String> cohort, Set<String> dropped, double seconds) {
        rounds.add(new Round(number, List.copyOf(cohort), Set.copyOf(dropped), seconds));
    }

    /** The same sites had the rounds of {@code other} before, in another job. */
    void after(MadeUpPast other) {
        earlier.addAll(other.rounds);
    }

    /** The fold of {@code task} was evaluated in {@code round}, the newest: what is told of it. */
    Map<String, Object> evaluated(String task, long round) {
        evaluations.add(
                new FoldView(
                        rounds.getLast().number(), task, MadeUpRounds.ofFold(evaluations.size())));
        var told = new HashMap<String, Object>(metrics());
        told.put("round", round);
        return told;
    }

    List<FoldView> evaluations() {
        return List.copyOf(evaluations);
    }

    /** The numbers over all folds so far; none before the first. */
    Map<String, Double> metrics() {
        return evaluations.isEmpty() ? Map.of() : MadeUpRounds.evaluation(evaluations.size());
    }

    ModelRecord.Sums sums() {
        var bySite = new TreeMap<String, Integer>();
        for (var round : rounds) {
            round.cohort().stream()
                    .filter(site -> !round.dropped().contains(site))
                    .forEach(site -> bySite.merge(site, 1, Integer::sum));
        }
        return new ModelRecord.Sums(rounds.size(), bySite);
    }

    /** As the coordinator tells them: in powers of two, over all jobs. */
    Optional<DelaysView> delays(String site) {
        var own =
                Stream.concat(earlier.stream(), rounds.stream())
                        .filter(round -> round.cohort().contains(site))
                        .toList();
        var last = own.subList(Math.max(0, own.size() - DELAYS_OF), own.size());
        if (last.isEmpty()) {
            return Optional.empty();
        }
        long[] stored =
                last.stream()
                        .filter(round -> !round.dropped().contains(site))
                        .mapToLong(round -> stored(round, site))
                        .sorted()
                        .toArray();
        int drops = last.size() - stored.length;
        return Optional.of(
                new DelaysView(
                        last.size(),
                        under(LongStream.of(stored).skip((stored.length - 1) / 2).findFirst()),
                        under(LongStream.of(stored).max()),
                        drops == 0 ? Map.of() : Map.of("upload", drops)));
    }

    private static long stored(Round round, String site) {
        int index = round.cohort().indexOf(site);
        return MadeUpRounds.millis(index, round.number(), round.seconds()).get("uploaded");
    }

    private static OptionalLong under(OptionalLong millis) {
        return millis.isEmpty()
                ? millis
                : OptionalLong.of(
                        Math.max(LOWEST_CLASS, Long.highestOneBit(millis.getAsLong()) << 1));
    }
}
