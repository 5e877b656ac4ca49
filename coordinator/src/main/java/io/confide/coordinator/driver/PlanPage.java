package io.confide.coordinator.driver;

import io.confide.common.files.PlanJson;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.common.model.Plan;
import io.confide.coordinator.port.JobStore;
import io.confide.coordinator.port.PlanView;
import io.confide.coordinator.port.PlanView.Change;
import io.confide.coordinator.port.PlanView.Field;
import io.confide.coordinator.port.PlanView.Previous;
import io.confide.coordinator.port.PlanView.Section;
import io.confide.coordinator.port.Views.JobView;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What people see of a plan, and what is new in it. */
final class PlanPage {
    private final JobStore store;

    PlanPage(JobStore store) {
        this.store = store;
    }

    /** Empty if there is no such job. Throws ConfideException(CONFLICT) if another version kept its plan. */
    Optional<PlanView> of(JobId job) {
        return store.plan(job)
                .map(
                        bytes -> {
                            var sections = PlanFields.of(read(job, bytes));
                            return new PlanView(
                                    Digest.of(bytes).hex(),
                                    sections,
                                    store.previous(job)
                                            .map(earlier -> previous(earlier, sections)));
                        });
    }

    /** The plan of {@code job}; throws ConfideException(CONFLICT) if this version cannot read it. */
    static Plan read(JobId job, Bytes bytes) {
        try {
            return PlanJson.parse(bytes);
        } catch (IllegalArgumentException e) {
            throw new ConfideException(
                    ErrorCode.CONFLICT,
                    "The plan of job %s was kept by another version of Confide, and this one cannot read it; its hash is %s."
                            .formatted(job, Digest.of(bytes)),
                    e);
        }
    }

    private Previous previous(JobView earlier, List<Section> now) {
        return new Previous(
                earlier.id(),
                earlier.submitted(),
                store.plan(JobId.of(earlier.id()))
                        .flatMap(PlanPage::readable)
                        .map(before -> changes(PlanFields.of(before), now)));
    }

    /** Empty if another version kept the plan. */
    static Optional<Plan> readable(Bytes bytes) {
        try {
            return Optional.of(PlanJson.parse(bytes));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** In the order of the newer plan; what only the older one has comes last. */
    static List<Change> changes(List<Section> before, List<Section> after) {
        var old = byName(before);
        var changes = new ArrayList<Change>();
        byName(after)
                .forEach(
                        (name, field) -> {
                            var was = Optional.ofNullable(old.remove(name)).map(PlanPage::words);
                            if (!was.equals(Optional.of(words(field)))) {
                                changes.add(
                                        new Change(
                                                name,
                                                field.label(),
                                                was,
                                                Optional.of(words(field))));
                            }
                        });
        old.forEach(
                (name, field) ->
                        changes.add(
                                new Change(
                                        name,
                                        field.label(),
                                        Optional.of(words(field)),
                                        Optional.empty())));
        return List.copyOf(changes);
    }

    private static Map<String, Field> byName(List<Section> sections) {
        var fields = new LinkedHashMap<String, Field>();
        sections.forEach(
                section -> section.fields().forEach(field -> fields.put(field.name(), field)));
        return fields;
    }

    private static String words(Field field) {
        return field.unit().isEmpty() ? field.value() : field.value() + " " + field.unit();
    }
}
