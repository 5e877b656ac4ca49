package io.confide.participant.baseline;

import io.confide.common.model.SiteId;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;

/**
 * Made-up hospitals with the columns and units of the PBC study. Nobody's data: severity is drawn per patient,
 * laboratory values follow from it with noise, and the outcome follows from planted coefficients. For {@code --data synthetic}
 * and tests; whatever is computed from it must say so.
 */
public final class SyntheticHospitals {
    /** Labelled patients of the seven real hospitals; further sites repeat the list. */
    private static final List<Integer> PATIENTS = List.of(21, 119, 39, 54, 17, 18, 417);

    private static final String HEADER =
            "patient_id,event2y,male,age,stage,bilirubin,albumin,alp,ast";

    private final RandomGenerator random;
    private final double severityMean;

    private SyntheticHospitals(RandomGenerator random, double severityMean) {
        this.random = random;
        this.severityMean = severityMean;
    }

    /**
     * Writes {@code <site>.csv} for sites {@code synthetic-1} to {@code synthetic-N} into {@code directory} and
     * returns the files by site in that order. The same seed writes the same bytes. Every site has
     * patients with and without the outcome.
     */
    public static Map<SiteId, Path> write(Path directory, int sites, long seed) throws IOException {
        Files.createDirectories(directory);
        var files = new LinkedHashMap<SiteId, Path>();
        for (int i = 0; i < sites; i++) {
            var site = new SiteId("synthetic-" + (i + 1));
            Path file = directory.resolve(site + ".csv");
            var hospital = new SyntheticHospitals(generator(seed, i), 0.4 * ((i % 3) - 1));
            Files.writeString(file, hospital.csv(PATIENTS.get(i % PATIENTS.size()), i));
            files.put(site, file);
        }
        return files;
    }

    private static RandomGenerator generator(long seed, int site) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed * 1_000_003 + site);
    }

    private String csv(int count, int site) {
        var patients = new ArrayList<Patient>();
        for (int i = 0; i < count; i++) {
            patients.add(patient());
        }
        // The two extremes fix both outcomes even in the smallest hospital.
        var byRisk = patients.stream().sorted((a, b) -> Double.compare(a.risk, b.risk)).toList();
        byRisk.getFirst().event = 0;
        byRisk.getLast().event = 1;
        var lines = new ArrayList<String>();
        lines.add(HEADER);
        for (int i = 0; i < count; i++) {
            lines.add("S" + (site + 1) + "-" + (i + 1) + "," + patients.get(i).line());
        }
        return lines.stream().collect(Collectors.joining("\n", "", "\n"));
    }

    private Patient patient() {
        double severity = severityMean + random.nextGaussian();
        var patient = new Patient();
        patient.male = random.nextDouble() < 0.12 ? 1 : 0;
        patient.age = Math.clamp(55 + 10 * random.nextGaussian(), 26, 80);
        patient.stage =
                Math.clamp(Math.round(2.7 + 0.7 * severity + 0.6 * random.nextGaussian()), 1, 4);
        patient.bilirubin = 35 * Math.exp(0.8 * severity + 0.6 * random.nextGaussian());
        patient.albumin = Math.clamp(37 - 2 * severity + 3 * random.nextGaussian(), 20, 52);
        patient.alp = 900 * Math.exp(0.2 * severity + 0.5 * random.nextGaussian());
        patient.ast = 95 * Math.exp(0.25 * severity + 0.4 * random.nextGaussian());
        patient.risk =
                -2.6
                        + 0.4 * patient.male
                        + 0.8 * (patient.age - 55) / 15
                        + 0.4 * (patient.stage - 3)
                        + 1.3 * Math.log(patient.bilirubin / 40)
                        - 0.9 * (patient.albumin - 38) / 6
                        + 0.2 * Math.log(patient.ast / 90) / 0.7;
        patient.event = random.nextDouble() < 1 / (1 + Math.exp(-patient.risk)) ? 1 : 0;
        patient.stageKnown = random.nextDouble() >= 0.1;
        patient.laboratoryKnown = random.nextDouble() >= 0.15;
        return patient;
    }

    /** One made-up patient. */
    private static final class Patient {
        private int male;
        private double age;
        private double stage;
        private double bilirubin;
        private double albumin;
        private double alp;
        private double ast;
        private double risk;
        private int event;
        private boolean stageKnown;
        private boolean laboratoryKnown;

        private String line() {
            String laboratory =
                    laboratoryKnown ? String.format(Locale.ROOT, "%.0f,%.1f", alp, ast) : ",";
            return String.format(
                    Locale.ROOT,
                    "%d,%d,%.1f,%s,%.1f,%.1f,%s",
                    event,
                    male,
                    age,
                    stageKnown ? Long.toString(Math.round(stage)) : "",
                    bilirubin,
                    albumin,
                    laboratory);
        }
    }
}
