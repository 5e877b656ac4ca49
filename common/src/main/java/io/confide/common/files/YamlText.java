package io.confide.common.files;

import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

import java.io.StringReader;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** YAML as nodes that know their lines. Nothing is ever instantiated from a tag. */
final class YamlText {
    private static final int CHARACTERS_MAX = 1 << 20;
    private static final Pattern NUMBER =
            Pattern.compile("[-+]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][-+]?\\d+)?");

    private YamlText() {}

    /** The only document of {@code text}, or empty with the problem noted. */
    static Optional<Node> parse(String text, Problems problems) {
        if (text.length() > CHARACTERS_MAX) {
            problems.add(1, "", "the file is longer than 1 MiB.");
            return Optional.empty();
        }
        try {
            Node root = new Yaml(new LoaderOptions()).compose(new StringReader(text));
            if (root == null) {
                problems.add(1, "", "the file is empty.");
            }
            return Optional.ofNullable(root);
        } catch (MarkedYAMLException e) {
            var mark = e.getProblemMark();
            problems.add(
                    mark == null ? 1 : mark.getLine() + 1,
                    "",
                    "not valid YAML: " + e.getProblem() + ".");
        } catch (YAMLException e) {
            problems.add(1, "", "not valid YAML: it holds a character that no text file may hold.");
        }
        return Optional.empty();
    }

    static int line(Node node) {
        return node.getStartMark().getLine() + 1;
    }

    /** The number written in {@code node}, if it is one, unquoted and decimal. */
    static Optional<String> number(Node node) {
        return node instanceof ScalarNode scalar
                        && scalar.getScalarStyle() == DumperOptions.ScalarStyle.PLAIN
                        && NUMBER.matcher(scalar.getValue()).matches()
                ? Optional.of(scalar.getValue())
                : Optional.empty();
    }

    /** What YAML takes for a number although {@link #number} does not: {@code .nan}, {@code 0x1F}, {@code 1_000}. */
    static Optional<String> oddNumber(Node node) {
        return node instanceof ScalarNode scalar
                        && (scalar.getTag().equals(Tag.INT) || scalar.getTag().equals(Tag.FLOAT))
                        && number(node).isEmpty()
                ? Optional.of(shortened(scalar.getValue()))
                : Optional.empty();
    }

    /** The text in {@code node}; dates count as text, numbers and truth values only in quotes. */
    static Optional<String> text(Node node) {
        return node instanceof ScalarNode scalar
                        && (scalar.getTag().equals(Tag.STR)
                                || scalar.getTag().equals(Tag.TIMESTAMP))
                ? Optional.of(scalar.getValue())
                : Optional.empty();
    }

    static Optional<Boolean> truth(Node node) {
        return node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.BOOL)
                ? Optional.of(isYes(scalar.getValue()))
                : Optional.empty();
    }

    private static boolean isYes(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on" -> true;
            default -> false;
        };
    }

    /** What {@code node} is, for a sentence: {@code a number}, {@code a list}, .. */
    static String describe(Node node) {
        return switch (node.getNodeId()) {
            case mapping -> "a group of keys";
            case sequence -> "a list";
            case anchor -> "an anchor";
            case scalar -> describe((ScalarNode) node);
        };
    }

    private static String describe(ScalarNode scalar) {
        if (scalar.getTag().equals(Tag.NULL)) {
            return "nothing";
        }
        if (scalar.getTag().equals(Tag.BOOL)) {
            return "a truth value (" + scalar.getValue() + ")";
        }
        if (scalar.getTag().equals(Tag.INT) || scalar.getTag().equals(Tag.FLOAT)) {
            return "a number (" + scalar.getValue() + ")";
        }
        return "the text \"" + shortened(scalar.getValue()) + "\"";
    }

    static String shortened(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }
}
