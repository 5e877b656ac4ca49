package io.confide.common.files;

import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * One group of keys of a file that is being read. Every wrong value is noted in {@link Problems} and
 * answered with a harmless one, so that reading goes on and finds the rest; after {@link
 * Problems#throwIfAny()} every value that was returned is right.
 */
final class Section {
    private final Problems problems;
    private final String path;
    private final int line;
    private final boolean present;
    private final Map<String, Node> values = new LinkedHashMap<>();
    private final Map<String, Integer> lines = new LinkedHashMap<>();
    private final Set<String> known = new LinkedHashSet<>();

    private Section(Problems problems, String path, int line, boolean present) {
        this.problems = problems;
        this.path = path;
        this.line = line;
        this.present = present;
    }

    /** The whole file. */
    static Section root(String yaml, Problems problems) {
        return YamlText.parse(yaml, problems)
                .map(node -> of(node, "", problems))
                .orElseGet(() -> new Section(problems, "", 1, false));
    }

    /** Reads {@code yaml} with {@code reader}; throws with all problems, unknown keys included. */
    static <T> T read(String file, String yaml, Function<Section, Reading<T>> reader) {
        return read(yaml, new Problems(file), reader);
    }

    static <T> T read(String yaml, Problems problems, Function<Section, Reading<T>> reader) {
        Section root = root(yaml, problems);
        Reading<T> reading = reader.apply(root);
        root.end();
        problems.throwIfAny();
        return reading.result();
    }

    /** What was read, built only if there was no problem: records check themselves and would throw. */
    interface Reading<T> {
        T result();
    }

    private static Section of(Node node, String path, Problems problems) {
        boolean mapping = node instanceof MappingNode;
        var section = new Section(problems, path, YamlText.line(node), mapping);
        if (node instanceof MappingNode group) {
            group.getValue().forEach(section::enter);
        } else {
            problems.add(
                    section.line,
                    path,
                    "must be a group of keys, not " + YamlText.describe(node) + ".");
        }
        return section;
    }

    private void enter(NodeTuple tuple) {
        int at = YamlText.line(tuple.getKeyNode());
        if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
            problems.add(at, path, "a key must be a word.");
            return;
        }
        Integer first = lines.putIfAbsent(key.getValue(), at);
        if (first == null) {
            values.put(key.getValue(), tuple.getValueNode());
        } else {
            problems.add(at, pathOf(key.getValue()), "given twice, first on line " + first + ".");
        }
    }

    /** A group that may be left out; its values then are their defaults. */
    Section section(String key) {
        return find(key)
                .map(node -> of(node, pathOf(key), problems))
                .orElseGet(() -> new Section(problems, pathOf(key), line, false));
    }

    /** A group that must be there. */
    Section required(String key) {
        Section inner = section(key);
        requirePresent(key);
        return inner;
    }

    /** A list of groups; left out means empty. */
    <T> List<T> groups(String key, Function<Section, T> reader) {
        var read = new ArrayList<T>();
        List<Node> items = find(key).map(node -> sequence(key, node)).orElse(List.of());
        for (int i = 0; i < items.size(); i++) {
            Section inner = of(items.get(i), pathOf(key) + "[" + i + "]", problems);
            read.add(reader.apply(inner));
            inner.end();
        }
        return List.copyOf(read);
    }

    /** A list of single values; left out means empty. */
    List<Value> values(String key) {
        var read = new ArrayList<Value>();
        List<Node> items = find(key).map(node -> sequence(key, node)).orElse(List.of());
        for (int i = 0; i < items.size(); i++) {
            read.add(new Value(problems, pathOf(key) + "[" + i + "]", items.get(i)));
        }
        return List.copyOf(read);
    }

    /** A list of single values that must be there, or one value, which is a list of one. */
    List<Value> oneOrMore(String key) {
        Optional<Node> node = find(key);
        requirePresent(key);
        return node.filter(SequenceNode.class::isInstance).isPresent()
                ? values(key)
                : value(key).map(List::of).orElse(List.of());
    }

    /** A single value that may be left out. */
    Optional<Value> value(String key) {
        return find(key).map(node -> new Value(problems, pathOf(key), node));
    }

    /** A single value that must be there. */
    Optional<Value> requiredValue(String key) {
        Optional<Value> value = value(key);
        requirePresent(key);
        return value;
    }

    /** A text that must be there. */
    String text(String key, Form form) {
        return requiredValue(key).map(value -> value.text(form)).orElse("");
    }

    int whole(String key, Bounds bounds, int fallback) {
        return value(key).map(value -> (int) value.whole(bounds)).orElse(fallback);
    }

    double number(String key, Bounds bounds, double fallback) {
        return value(key).map(value -> value.number(bounds)).orElse(fallback);
    }

    <E extends Enum<E>> E word(String key, Class<E> type, E fallback) {
        return value(key).map(value -> value.word(Choice.of(type))).orElse(fallback);
    }

    /** Refuses {@code key}, which will mean something one day; {@code sentence} says what to do now. */
    void notBuilt(String key, String sentence) {
        known.add(key);
        if (values.containsKey(key)) {
            problems.notBuilt(lineOf(key), pathOf(key), sentence);
        }
    }

    /** Notes a problem with {@code key}, or with this group if it lacks the key. */
    void problem(String key, String sentence) {
        problems.add(lineOf(key), pathOf(key), sentence);
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    boolean isPresent() {
        return present;
    }

    /** Every key has been asked for: what is left is unknown. */
    void end() {
        for (String key : values.keySet()) {
            if (!known.contains(key)) {
                problems.add(lineOf(key), pathOf(key), "unknown key. " + suggestion(key));
            }
        }
    }

    private String suggestion(String key) {
        return Words.nearest(key, known)
                .map(near -> "Did you mean \"" + near + "\"?")
                .orElseGet(() -> "Known here: " + String.join(", ", known) + ".");
    }

    private List<Node> sequence(String key, Node node) {
        if (node instanceof SequenceNode list) {
            return list.getValue();
        }
        problem(key, "must be a list, not " + YamlText.describe(node) + ".");
        return List.of();
    }

    private void requirePresent(String key) {
        if (present && !values.containsKey(key)) {
            problems.add(line, pathOf(key), "is missing.");
        }
    }

    private Optional<Node> find(String key) {
        known.add(key);
        problems.known(pathOf(key));
        return Optional.ofNullable(values.get(key));
    }

    private int lineOf(String key) {
        return lines.getOrDefault(key, line);
    }

    private String pathOf(String key) {
        String shown = YamlText.shortened(key);
        return path.isEmpty() ? shown : path + "." + shown;
    }
}
