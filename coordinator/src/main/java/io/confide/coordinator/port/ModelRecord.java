package io.confide.coordinator.port;

import io.confide.coordinator.port.Views.ModelView;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is kept about one finished model beside its files.
 *
 * @param versions finished models of the same name and study, this one among them, newest first, at most {@link #VERSIONS_MAX}
 * @param evaluations in the order of their rounds
 */
public record ModelRecord(
        ModelView model, List<Version> versions, Sums sums, List<Evaluation> evaluations) {
    public static final int VERSIONS_MAX = 50;

    public ModelRecord {
        versions = List.copyOf(versions);
        evaluations = List.copyOf(evaluations);
    }

    /**
     * @param number from 1 on, by when they were made
     * @param metrics of the out-of-fold evaluation
     * @param retryOf the job whose plan its job ran again
     */
    public record Version(
            int number,
            String job,
            String modelHash,
            Instant created,
            String planHash,
            Map<String, Double> metrics,
            Optional<String> retryOf) {}

    /**
     * Over whom the sums of the job are, evaluations included.
     *
     * @param rounds that have a sum
     * @param bySite in how many of these each site is that is in any
     */
    public record Sums(int rounds, SortedMap<String, Integer> bySite) {
        public Sums {
            bySite = Collections.unmodifiableSortedMap(new TreeMap<>(bySite));
        }
    }

    /** @param sums as decoded, over all its sites together */
    public record Evaluation(long round, String task, Map<String, double[]> sums) {}
}
