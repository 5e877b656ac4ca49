package io.confide.coordinator.round;

/**
 * Why a site did not finish a round, and in which step it was.
 *
 * @param step the first step it did not do
 */
public record Drop(Step step, Cause cause) {
    /** What a site does in a round, in order. */
    public enum Step {
        OPEN,
        UPLOAD,
        SIGN,
        REVEAL;

        /** Returns the word that people read, e.g. {@code upload}. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        /** Returns when it was, to follow a cause in a sentence: {@code , before its input was stored}. */
        public String when() {
            return switch (this) {
                case OPEN -> " when the round opened";
                case UPLOAD -> ", before its input was stored";
                case SIGN -> ", before it signed";
                case REVEAL -> ", before it revealed its shares";
            };
        }
    }

    /** What stopped it. */
    public sealed interface Cause {
        /** It belongs to the epoch but had no connection when the round opened. */
        record NotConnected() implements Cause {}

        /** It was there, but a sum with its input would differ from an earlier one in too few sites (K17). */
        record LeftOut() implements Cause {}

        /** Its connection broke and did not come back within the grace. */
        record Lost() implements Cause {}

        /** It was there but did not answer before the deadline. */
        record Late() implements Cause {}

        /** It refused; {@code check} is the id of the check that failed, e.g. {@code K10}. */
        record Declined(String check) implements Cause {}

        /** What it sent was not usable; {@code why} is one of a closed set of codes. */
        record Unusable(String why) implements Cause {}

        /** Returns the words that people read. */
        default String words() {
            return switch (this) {
                case NotConnected _ -> "not connected";
                case LeftOut _ -> "left out, so that two sums differ in more than a few sites";
                case Lost _ -> "connection lost";
                case Late _ -> "too late";
                case Declined(var check) -> "declined (" + check + ")";
                case Unusable(var why) -> "sent something unusable (" + why + ")";
            };
        }
    }
}
