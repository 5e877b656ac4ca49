package io.confide.common.files;

import io.confide.common.model.ConfideException;
import io.confide.common.model.Feature;
import io.confide.common.model.Study;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code study.yaml}. */
public final class StudyFile {
    private static final Choice<Study.Missing> MISSING =
            new Choice<>(
                    Words.all(Study.Missing.class),
                    List.of("indicator"),
                    "Use zero-after-scaling, refuse or secure-mean.");
    private static final Choice<Outcome> OUTCOME =
            new Choice<>(
                    Words.all(Outcome.class),
                    List.of("number", "survival"),
                    "Only outcomes of two values and of classes can be trained on.");

    private enum Outcome {
        BINARY,
        CATEGORY
    }

    private StudyFile() {}

    /**
     * The study in {@code yaml}.
     *
     * @throws ConfideException BAD_FILE with every problem, one line each; NOT_BUILT if the only problems
     *     are wishes that Confide cannot fulfil yet
     */
    public static Study parse(String yaml) {
        return Section.read("study.yaml", yaml, StudyFile::read);
    }

    /**
     * The same from a file, which the problems then name.
     *
     * @throws ConfideException also FILE_MISSING, and BAD_FILE for what is no text
     */
    public static Study load(Path file) {
        return Section.read(file.toString(), TextFile.read(file), StudyFile::read);
    }

    static Section.Reading<Study> read(Section root) {
        String name = root.text("study", Form.NAME);
        String purpose = root.text("purpose", Form.SENTENCE);
        String accountable = root.text("accountable", Form.SENTENCE);
        Section dictionary = root.required("dictionary");
        Section.Reading<Study.Dictionary> contract = dictionary(dictionary);
        dictionary.end();
        return () -> new Study(name, purpose, accountable, contract.result());
    }

    private static Section.Reading<Study.Dictionary> dictionary(Section in) {
        Section label = in.required("label");
        String labelName = label.text("name", Form.COLUMN);
        String meaning = label.text("meaning", Form.SENTENCE);
        List<String> classes = classes(label);
        label.end();
        Section patient = in.required("patient");
        String patientName = patient.text("name", Form.COLUMN);
        patient.value("role")
                .ifPresent(role -> role.word(new Choice<>(Map.of("id", 0), List.of(), "")));
        patient.end();
        List<NamedFeature> features = in.groups("features", StudyFile::feature);
        if (in.isPresent() && features.isEmpty()) {
            in.problem("features", "must list at least one feature.");
        }
        if (features.stream().mapToLong(NamedFeature::count).sum() > Study.Dictionary.INPUTS_MAX) {
            in.problem(
                    "features",
                    "bring more than %d numbers per record."
                            .formatted(Study.Dictionary.INPUTS_MAX));
        }
        Study.Missing missing =
                in.value("missing")
                        .map(value -> value.word(MISSING))
                        .orElse(Study.Missing.ZERO_AFTER_SCALING);
        in.notBuilt(
                "groups",
                "fairness groups are not available yet. Remove groups; no group audit is done.");
        requireDistinct(in, labelName, patientName, features);
        return () ->
                new Study.Dictionary(
                        new Study.Label(labelName, meaning, classes),
                        patientName,
                        features.stream().map(feature -> feature.reading().result()).toList(),
                        missing);
    }

    private static List<String> classes(Section label) {
        Outcome outcome =
                label.requiredValue("type").map(type -> type.word(OUTCOME)).orElse(Outcome.BINARY);
        List<String> classes =
                label.values("classes").stream().map(value -> value.text(Form.TITLE)).toList();
        int many = classes.size();
        switch (outcome) {
            case BINARY -> {
                if (label.has("classes")) {
                    label.problem(
                            "classes", "a binary outcome is 0 or 1. Remove it, or use category.");
                }
            }
            case CATEGORY -> {
                if (many < Study.Label.CLASSES_MIN || many > Study.Label.CLASSES_MAX) {
                    label.problem(
                            "classes",
                            "must name 3 to 1000 classes in the order of their numbers, the class 0"
                                    + " first; an outcome of two values is binary.");
                } else if (new HashSet<>(classes).size() < many) {
                    label.problem("classes", "two classes have the same name.");
                }
            }
        }
        return classes;
    }

    private static void requireDistinct(
            Section in, String label, String patient, List<NamedFeature> features) {
        var names = new HashSet<String>();
        if (!label.isEmpty() && label.equals(patient)) {
            in.problem("patient", "label and patient are both the column \"" + label + "\".");
        }
        names.add(label);
        names.add(patient);
        for (NamedFeature feature : features) {
            if (!feature.name().isEmpty() && !names.add(feature.name())) {
                feature.in()
                        .problem("name", "the column \"" + feature.name() + "\" is used twice.");
            }
        }
    }

    private record NamedFeature(
            String name, int count, Section in, Section.Reading<Feature> reading) {}

    private static NamedFeature feature(Section in) {
        String name = in.text("name", Form.COLUMN);
        Feature.Kind kind =
                in.requiredValue("type")
                        .map(value -> value.word(Choice.of(Feature.Kind.class)))
                        .orElse(Feature.Kind.NUMBER);
        Optional<String> unit = in.value("unit").map(value -> value.text(Form.SENTENCE));
        Optional<Section.Reading<Feature.Range>> range = range(in);
        Feature.Transform transform =
                in.word("transform", Feature.Transform.class, Feature.Transform.NONE);
        double center = in.number("center", Bounds.finite(), 0);
        double scale = in.number("scale", Bounds.positive(), 1);
        int count = in.whole("count", Bounds.between(1, Feature.COUNT_MAX), 1);
        if (kind == Feature.Kind.BINARY && transform == Feature.Transform.LOG) {
            in.problem("transform", "a binary feature has no logarithm. Remove transform.");
        }
        if (kind == Feature.Kind.BINARY && count != 1) {
            in.problem("count", "a binary feature has one value per record. Use type: number.");
        }
        return new NamedFeature(
                name,
                count,
                in,
                () ->
                        new Feature(
                                name,
                                kind,
                                unit,
                                range.map(Section.Reading::result),
                                transform,
                                center,
                                scale,
                                count));
    }

    private static Optional<Section.Reading<Feature.Range>> range(Section in) {
        List<Value> bounds = in.values("range");
        if (!in.has("range")) {
            return Optional.empty();
        }
        List<Double> ends = bounds.stream().map(value -> value.number(Bounds.finite())).toList();
        if (ends.size() != 2 || !(ends.get(0) < ends.get(1))) {
            in.problem("range", "must be two numbers, the lower one first, such as [18, 100].");
        }
        return Optional.of(() -> new Feature.Range(ends.get(0), ends.get(1)));
    }
}
