package io.confide.coordinator.job;

import io.confide.common.encoding.ParameterManifest;
import io.confide.common.encoding.Payloads;
import io.confide.common.files.JobFile;
import io.confide.common.files.PlanJson;
import io.confide.common.files.StudyFile;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.Fold;
import io.confide.common.model.Plan;
import io.confide.common.model.Task;
import io.confide.common.secagg.Roster;
import io.confide.coordinator.port.Views.PlanCheck;

import java.util.List;
import java.util.Locale;

/** From the files a researcher writes to the plan that sites approve. Pure: the same texts and seed give the same plan. */
public final class Planner {
    /** Control messages of one site in one round without a drop, up and down together (PROTOCOL.md §3.3). */
    private static final int CONTROL_BYTES = 1500;

    private Planner() {}

    /**
     * Returns the plan of {@code jobYaml} over {@code roster}.
     *
     * @param seed 16 random bytes
     * @throws ConfideException BAD_FILE or NOT_BUILT with every problem found
     */
    public static Plan plan(String jobYaml, String studyYaml, Roster roster, Bytes seed) {
        var spec = JobFile.parse(jobYaml);
        var study = StudyFile.parse(studyYaml);
        if (!spec.study().equals(study.name())) {
            throw new ConfideException(
                    ErrorCode.BAD_FILE,
                    "job.yaml asks for the study %s, but the study file describes %s; submit the matching study file."
                            .formatted(spec.study(), study.name()));
        }
        int minimum = spec.aggregation().minimumIncluded();
        if (minimum > roster.size()) {
            throw new ConfideException(
                    ErrorCode.BAD_FILE,
                    "aggregation.minimumIncluded is %d, but the roster has %d sites; lower it or enlarge the roster."
                            .formatted(minimum, roster.size()));
        }
        return spec.plan(study, roster.colluders(), seed);
    }

    /** Returns what {@code plan} costs and needs, for people. */
    public static PlanCheck check(Plan plan, Roster roster) {
        int features = plan.study().dictionary().features().size();
        int parameters = ParameterManifest.of(plan.model(), features).parameterCount();
        int rounds = plan.schedule().size();
        long train = vectorBytes(plan, new Task.Train(new Fold.All()), roster.size());
        long whole =
                plan.schedule().stream()
                        .mapToLong(task -> vectorBytes(plan, task, roster.size()) + CONTROL_BYTES)
                        .sum();
        int floor =
                Math.max(Math.max(roster.mMin(), roster.q()), plan.aggregation().minimumIncluded());
        return new PlanCheck(
                PlanJson.hash(plan).hex(),
                rounds,
                parameters,
                List.of(
                        "%d parameters".formatted(parameters),
                        "%d secure rounds, evaluation included".formatted(rounds),
                        "each site uploads %s per training round, %s in the whole job"
                                .formatted(size(train), size(whole)),
                        "at least %d of %d sites must take part; %d must help to open a sum"
                                .formatted(floor, roster.size(), roster.t())));
    }

    private static long vectorBytes(Plan plan, Task task, int sites) {
        return (long) Long.BYTES * Payloads.codec(plan, task, sites).words();
    }

    private static String size(long bytes) {
        if (bytes < 10_000) {
            return bytes + " bytes";
        }
        return bytes < 10_000_000
                ? "%d kB".formatted(bytes / 1000)
                : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }
}
