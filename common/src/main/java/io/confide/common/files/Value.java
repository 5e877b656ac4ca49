package io.confide.common.files;

import org.yaml.snakeyaml.nodes.Node;

import java.util.Optional;

/** A single value of a file. Each reading notes what is wrong and then answers something harmless. */
final class Value {
    private final Problems problems;
    private final String path;
    private final Node node;

    Value(Problems problems, String path, Node node) {
        this.problems = problems;
        this.path = path;
        this.node = node;
    }

    String text(Form form) {
        Optional<String> text = YamlText.text(node);
        if (text.isEmpty()) {
            String quotes =
                    YamlText.number(node).isPresent() || YamlText.truth(node).isPresent()
                            ? " Put it in quotes if it is a name."
                            : "";
            problem("must be a text, not " + YamlText.describe(node) + "." + quotes);
        } else if (!form.matches(text.get())) {
            problem("\"" + YamlText.shortened(text.get()) + "\" " + form.sentence() + ".");
        }
        return text.orElse("");
    }

    double number(Bounds bounds) {
        Optional<String> text = YamlText.number(node);
        if (text.isEmpty()) {
            problem(noNumber("a number") + unquote());
            return bounds.max();
        }
        double value = Double.parseDouble(text.get());
        if (!bounds.contain(value)) {
            problem(text.get() + " must be " + bounds.words() + ".");
            return bounds.max();
        }
        return value;
    }

    /** A whole number, exact up to 2^63. */
    long whole(Bounds bounds) {
        Optional<String> text = YamlText.number(node).filter(t -> t.matches("[-+]?\\d{1,19}"));
        try {
            if (text.isPresent()) {
                long value = Long.parseLong(text.get());
                if (bounds.contain((double) value)) {
                    return value;
                }
                problem(text.get() + " must be " + bounds.words() + ".");
                return (long) bounds.max();
            }
        } catch (NumberFormatException e) {
            // Beyond 2^63: said below like every other value that is no usable whole number.
        }
        problem(noNumber("a whole number") + unquote());
        return (long) bounds.max();
    }

    <E> E word(Choice<E> choice) {
        String word = YamlText.text(node).or(() -> YamlText.truth(node).map(_ -> raw())).orElse("");
        Optional<E> constant = choice.find(word);
        if (constant.isEmpty()) {
            if (choice.isLater(word)) {
                problems.notBuilt(YamlText.line(node), path, choice.laterSentence(word));
            } else if (word.isEmpty()) {
                problem("must be a word, not " + YamlText.describe(node) + ". " + choice.words());
            } else {
                problem(
                        "unknown value \""
                                + YamlText.shortened(word)
                                + "\". "
                                + choice.suggestion(word));
            }
        }
        return constant.orElse(choice.first());
    }

    boolean truth() {
        Optional<Boolean> truth = YamlText.truth(node);
        if (truth.isEmpty()) {
            problem("must be true or false, not " + YamlText.describe(node) + ".");
        }
        return truth.orElse(true);
    }

    void problem(String sentence) {
        problems.add(YamlText.line(node), path, sentence);
    }

    void notBuilt(String sentence) {
        problems.notBuilt(YamlText.line(node), path, sentence);
    }

    private String noNumber(String wanted) {
        return YamlText.oddNumber(node)
                .map(
                        odd ->
                                odd.matches("[-+]?\\.(?i:nan|inf)")
                                        ? "must be a finite number, not " + odd + "."
                                        : "must be "
                                                + wanted
                                                + " in decimal digits, not "
                                                + odd
                                                + ".")
                .orElseGet(() -> "must be " + wanted + ", not " + YamlText.describe(node) + ".");
    }

    private String raw() {
        return node instanceof org.yaml.snakeyaml.nodes.ScalarNode scalar ? scalar.getValue() : "";
    }

    private String unquote() {
        return YamlText.text(node).filter(t -> t.matches("[-+.\\deE]+")).isPresent()
                ? " Remove the quotes."
                : "";
    }
}
