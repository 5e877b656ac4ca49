package io.confide.common.files;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The words one may write, and what they mean.
 *
 * @param later words that will be possible one day
 * @param instead what to write until then
 */
record Choice<E>(Map<String, E> now, List<String> later, String instead) {
    static <E extends Enum<E>> Choice<E> of(Class<E> type) {
        return new Choice<>(Words.all(type), List.of(), "");
    }

    Optional<E> find(String word) {
        return Optional.ofNullable(now.get(word));
    }

    E first() {
        return now.values().iterator().next();
    }

    boolean isLater(String word) {
        return later.contains(word);
    }

    String laterSentence(String word) {
        return "\"" + word + "\" is not available yet. " + instead;
    }

    String words() {
        return (now.size() == 1 ? "The only value is " : "Use one of: ")
                + String.join(", ", now.keySet())
                + ".";
    }

    String suggestion(String word) {
        return Words.nearest(word, now.keySet())
                .map(near -> "Did you mean \"" + near + "\"?")
                .orElseGet(this::words);
    }
}
