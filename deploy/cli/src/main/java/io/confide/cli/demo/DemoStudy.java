package io.confide.cli.demo;

import io.confide.common.model.SiteId;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the demo runs: a study, a job, and the hospitals with their data.
 *
 * @param comparisonYaml a job without a guarantee, which says how rows are dealt to folds to compare models
 */
public record DemoStudy(
        String name,
        String title,
        String dataset,
        Origin origin,
        String studyYaml,
        String jobYaml,
        String comparisonYaml,
        List<Hospital> hospitals) {
    public DemoStudy {
        hospitals = List.copyOf(hospitals);
    }

    /** Where the records come from. */
    public enum Origin {
        REAL,
        SYNTHETIC
    }

    /** Which hospitals are summed up in a line of their own. */
    public enum Region {
        EUROPE,
        ELSEWHERE
    }

    /**
     * One hospital.
     *
     * @param query DuckDB SQL that binds its rows to the study's dictionary
     */
    public record Hospital(SiteId site, String title, Region region, String query) {}

    /** The hospitals in Europe. */
    public Set<SiteId> europeans() {
        return hospitals.stream()
                .filter(hospital -> hospital.region() == Region.EUROPE)
                .map(Hospital::site)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** This study with another job file. */
    public DemoStudy withJob(String yaml) {
        return new DemoStudy(
                name, title, dataset, origin, studyYaml, yaml, comparisonYaml, hospitals);
    }

    /** What people call a site. */
    public String title(SiteId site) {
        return hospitals.stream()
                .filter(hospital -> hospital.site().equals(site))
                .map(Hospital::title)
                .findFirst()
                .orElse(site.value());
    }

    /** How many hospitals may be dishonest together; with seven, two cost no more than one. */
    public int colluders() {
        return hospitals.size() >= 7 ? 2 : 1;
    }

    /** Fewest hospitals in a sum: one fewer than the secure aggregation itself needs would change nothing. */
    public int minimumIncluded() {
        int threshold = (hospitals.size() + colluders()) / 2 + 1;
        return Math.max(3, Math.max(threshold, colluders() + 2));
    }

    /** The same where every site adds its share of noise: one hospital may be missing, so that little more noise is needed. */
    public int minimumNoised() {
        return Math.max(minimumIncluded(), hospitals.size() - 1);
    }
}
