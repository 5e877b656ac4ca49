package io.confide.coordinator.port;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A plan as people read it.
 *
 * @param hash what sites approve
 * @param previous the newest job of the same name and study that was submitted before; empty for the first of them
 */
public record PlanView(String hash, List<Section> sections, Optional<Previous> previous) {
    public PlanView {
        sections = List.copyOf(sections);
    }

    /** Fields that belong together, in the order in which they are read. */
    public record Section(String title, List<Field> fields) {
        public Section {
            fields = List.copyOf(fields);
        }
    }

    /**
     * One thing that the plan fixes.
     *
     * @param name unique in a plan, e.g. {@code training.rounds}
     * @param unit empty if it has none
     */
    public record Field(String name, String label, String value, String unit) {}

    /** @param changes what differs from it; empty if its plan was kept by another version and cannot be read */
    public record Previous(String job, Instant submitted, Optional<List<Change>> changes) {}

    /** A field whose value differs; {@code before} or {@code after} is empty where one plan does not have it. */
    public record Change(
            String name, String label, Optional<String> before, Optional<String> after) {}
}
