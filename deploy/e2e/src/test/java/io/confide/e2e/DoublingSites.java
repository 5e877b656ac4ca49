package io.confide.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** Sites of which each has twice the patients of the one before: a sum of rows says how often each site is in it. */
record DoublingSites(List<String> names) {
    private static final int LEAST_ROWS = 8;

    DoublingSites {
        names = List.copyOf(names);
    }

    /** {@code site-1} and so on. */
    static DoublingSites of(int sites) {
        return new DoublingSites(
                IntStream.rangeClosed(1, sites).mapToObj(i -> "site-" + i).toList());
    }

    int rows(String site) {
        return LEAST_ROWS << names.indexOf(site);
    }

    /** The sum of the rows of all sites, each once. */
    int rows() {
        return names.stream().mapToInt(this::rows).sum();
    }

    /** How many rows of the site are in one of two folds: of each label every second one, beginning with fold 0. */
    int rowsInFold(String site, int fold) {
        int events =
                (int)
                        IntStream.range(0, rows(site))
                                .filter(row -> event(age(site, row), row) == 1)
                                .count();
        int others = rows(site) - events;
        return (events + 1 - fold) / 2 + (others + 1 - fold) / 2;
    }

    /** Made-up patients: the older, the likelier an event. */
    String patients(String site) {
        var lines = new StringBuilder("patient_id,event,age\n");
        for (int row = 0; row < rows(site); row++) {
            int age = age(site, row);
            lines.append("%s-%d,%d,%d\n".formatted(site, row, event(age, row), age));
        }
        return lines.toString();
    }

    private static int age(String site, int row) {
        return 30 + (row * 7 + (site.hashCode() & 7)) % 50;
    }

    private static int event(int age, int row) {
        return age + row % 9 > 58 ? 1 : 0;
    }

    /** Writes what makes the enrolled home of a site one that trains. */
    void write(String site, Path home, String urls) throws IOException {
        Files.writeString(home.resolve("patients.csv"), patients(site));
        Files.createDirectories(home.resolve("studies"));
        Files.writeString(home.resolve("studies/two-year-risk.yaml"), Consortium.STUDY);
        Files.writeString(
                home.resolve("participant.yaml"),
                """
                coordinator: [%s]
                site: %s
                training: {device: cpu, threads: 1}
                datasets:
                  - name: patients
                    study: two-year-risk
                    query: SELECT patient_id, event, age FROM read_csv('patients.csv')
                """
                        .formatted(urls, site));
        Files.writeString(
                home.resolve("policy.yaml"),
                """
                defaults: {minimumCohort: 3, minimumIncluded: 3, approval: automatic}
                allow:
                  - study: two-year-risk
                    models: [logistic]
                    privacy: {required: false}
                    release: {atMost: weights}
                """);
    }
}
