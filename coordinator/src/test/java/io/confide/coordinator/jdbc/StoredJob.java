package io.confide.coordinator.jdbc;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.Feature;
import io.confide.common.model.JobId;
import io.confide.common.model.Priority;
import io.confide.common.model.Study;
import io.confide.coordinator.port.FencingToken;
import io.confide.coordinator.port.Views.DroppedView;
import io.confide.coordinator.port.Views.EventView;
import io.confide.coordinator.port.Views.JobState;
import io.confide.coordinator.port.Views.JobView;
import io.confide.coordinator.port.Views.RoundView;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** One job, and what is stored of it. */
final class StoredJob {
    static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    static final JobId JOB = new JobId(new UUID(1, 2));

    private StoredJob() {}

    static void insert(JdbcJobStore store) {
        store.insert(
                view(JobState.AWAITING_APPROVAL), Bytes.ofHex("aabb"), study(), Bytes.ofHex("cc"));
    }

    static void insertRetried(JdbcJobStore store) {
        store.insert(retried(), Bytes.ofHex("aabb"), study(), Bytes.ofHex("cc"));
    }

    /** Submits it and takes its lease. */
    static FencingToken submitted(Database database) {
        insert(new JdbcJobStore(database));
        return new JdbcLeases(database).take(JOB, "one", Duration.ofSeconds(10)).orElseThrow();
    }

    static Digest hash(int value) {
        return Digest.of(new byte[] {(byte) value});
    }

    static EventView event(long sequence) {
        return new EventView(sequence, NOW, "state", Map.of("state", "TRAINING", "round", 3));
    }

    static RoundView round() {
        return new RoundView(
                1,
                1,
                "train fold 0",
                List.of("a", "b", "c"),
                List.of("a", "b"),
                List.of(new DroppedView("c", "upload", "connection lost")),
                "DONE",
                0.25);
    }

    static JobView view(JobState state) {
        return view(JOB, state, Optional.empty());
    }

    /** {@link #JOB} once more. */
    static JobView retried() {
        return view(
                new JobId(new UUID(1, 3)), JobState.AWAITING_APPROVAL, Optional.of(JOB.toString()));
    }

    static JobView view(JobId job, JobState state, Optional<String> retryOf) {
        boolean over = state == JobState.COMPLETED;
        return new JobView(
                job.toString(),
                "name",
                "study",
                "ada",
                state,
                hash(7).hex(),
                over ? Optional.empty() : Optional.of("waiting"),
                over ? 3 : 0,
                3,
                1,
                3,
                4,
                5,
                NOW,
                over ? Optional.of(NOW.plusSeconds(9)) : Optional.empty(),
                over ? Map.of("auc", 0.875) : Map.of(),
                Map.of("a", "permitted"),
                state == JobState.PAUSED ? Optional.of("grace") : Optional.empty(),
                retryOf,
                Priority.NORMAL);
    }

    static Study study() {
        return new Study(
                "study",
                "purpose",
                "ada@example.org",
                new Study.Dictionary(
                        new Study.Label("label", "meaning"),
                        "id",
                        List.of(
                                new Feature(
                                        "f",
                                        Feature.Kind.NUMBER,
                                        Optional.empty(),
                                        Optional.empty(),
                                        Feature.Transform.NONE,
                                        0,
                                        1)),
                        Study.Missing.ZERO_AFTER_SCALING));
    }
}
