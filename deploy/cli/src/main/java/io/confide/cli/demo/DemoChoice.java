package io.confide.cli.demo;

import io.confide.cli.data.Caches;
import io.confide.cli.data.PublicData;
import io.confide.cli.demo.DemoStudy.Hospital;
import io.confide.cli.demo.DemoStudy.Origin;
import io.confide.cli.demo.DemoStudy.Region;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.SiteId;
import io.confide.participant.baseline.SyntheticHospitals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Chooses and prepares what the demo runs on, and puts each hospital's file into its home. */
final class DemoChoice {
    private static final int SITES_USUAL = 7;
    private static final long SYNTHETIC_SEED = 1;

    private static final List<Source> PBC =
            List.of(
                    new Source("hvidovre", "Hvidovre", Region.EUROPE, "Pbc3.csv"),
                    new Source("london", "London", Region.EUROPE, "Pbc3.csv"),
                    new Source("copenhagen", "Copenhagen", Region.EUROPE, "Pbc3.csv"),
                    new Source("barcelona", "Barcelona", Region.EUROPE, "Pbc3.csv"),
                    new Source("munich", "Munich", Region.EUROPE, "Pbc3.csv"),
                    new Source("lyon", "Lyon", Region.EUROPE, "Pbc3.csv"),
                    new Source("mayo", "Mayo Clinic", Region.ELSEWHERE, "mypbc.txt.gz"));

    private final Steps steps;
    private final DemoHome home;

    /** A real hospital and the public file that its records are in. */
    private record Source(String site, String title, Region region, String file) {}

    DemoChoice(Steps steps, DemoHome home) {
        this.steps = steps;
        this.home = home;
    }

    /** What {@code options} ask for; synthetic data where nothing was asked and the real ones cannot be fetched. */
    DemoStudy choose(DemoOptions options) throws IOException, InterruptedException {
        var asked = options.data();
        if (asked.isPresent() && asked.get() == DemoOptions.Data.SYNTHETIC) {
            return synthetic(options);
        }
        try {
            return pbc(options);
        } catch (ConfideException e) {
            if (asked.isPresent() || e.code() != ErrorCode.DATA_UNAVAILABLE) {
                throw e;
            }
            steps.warn("data", e.getMessage() == null ? "" : e.getMessage());
            steps.warn("data", "SYNTHETIC DATA are used instead: made up, nobody's records");
            return synthetic(options);
        }
    }

    private DemoStudy pbc(DemoOptions options) throws IOException, InterruptedException {
        int sites = options.sites().orElse(PBC.size());
        if (sites > PBC.size()) {
            throw new ConfideException(
                    ErrorCode.BAD_ARGUMENT,
                    "The real data come from "
                            + PBC.size()
                            + " hospitals. Use --data synthetic for more sites.");
        }
        var data = PublicData.named("pbc");
        var cache = Caches.data("pbc");
        steps.working("data", "fetching");
        data.fetch(cache, step -> steps.working("data", step));
        var hospitals = new ArrayList<Hospital>();
        for (var source : PBC.subList(0, sites)) {
            var site = new SiteId(source.site());
            Files.createDirectories(home.site(site));
            Files.copy(cache.resolve(source.file()), home.site(site).resolve(source.file()));
            hospitals.add(
                    new Hospital(
                            site,
                            source.title(),
                            source.region(),
                            resource(source.site() + ".sql")));
        }
        return study(
                "%s hospitals · primary biliary cholangitis · real data (Pbc3 trial, Mayo Clinic)",
                Origin.REAL, hospitals, options);
    }

    private DemoStudy synthetic(DemoOptions options) throws IOException {
        var files =
                SyntheticHospitals.write(
                        home.data(), options.sites().orElse(SITES_USUAL), SYNTHETIC_SEED);
        var hospitals = new ArrayList<Hospital>();
        for (var entry : files.entrySet()) {
            var site = entry.getKey();
            Path directory = Files.createDirectories(home.site(site));
            Files.copy(entry.getValue(), directory.resolve("synthetic.csv"));
            hospitals.add(
                    new Hospital(site, site.value(), Region.ELSEWHERE, resource("synthetic.sql")));
        }
        return study(
                "%s made-up hospitals · SYNTHETIC DATA, nobody's records",
                Origin.SYNTHETIC, hospitals, options);
    }

    /** Says in the study itself, and so in every file made from it, that the records are made up. */
    private static String studyYaml(Origin origin) {
        var yaml = resource("study.yaml");
        return switch (origin) {
            case REAL -> yaml;
            case SYNTHETIC ->
                    yaml.replaceFirst(
                            "(?m)^purpose: .*", "purpose: Test of the machinery on synthetic data");
        };
    }

    private static DemoStudy study(
            String title, Origin origin, List<Hospital> hospitals, DemoOptions options) {
        boolean isPrivate = options.epsilon().isPresent();
        var comparison = resource("job.yaml");
        var study =
                new DemoStudy(
                        "pbc-two-year-risk",
                        title.formatted(
                                hospitals.size() == SITES_USUAL ? "seven" : hospitals.size()),
                        "pbc",
                        origin,
                        studyYaml(origin),
                        isPrivate ? resource("private.yaml") : comparison,
                        comparison,
                        hospitals);
        int minimum = isPrivate ? study.minimumNoised() : study.minimumIncluded();
        var job = set(study.jobYaml(), "minimumIncluded", Integer.toString(minimum));
        if (options.rounds().isPresent()) {
            job = set(job, "rounds", Integer.toString(options.rounds().getAsInt()));
        }
        if (isPrivate) {
            job = set(job, "epsilon", Double.toString(options.epsilon().getAsDouble()));
        }
        return study.withJob(job);
    }

    private static String set(String yaml, String key, String value) {
        return yaml.replaceFirst("(?m)^(\\s*" + key + ":\\s*)[0-9.]+", "$1" + value);
    }

    private static String resource(String name) {
        try (var in = DemoChoice.class.getResourceAsStream("/demo/" + name)) {
            return new String(
                    Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
