package io.confide.common.secagg.site;

import io.confide.common.secagg.Subject;

/** A message about {@code subject} that this site did not follow. Nothing in it depends on data. */
public record Refusal(Check check, Subject subject) {
    /** Returns the constant reason of {@link #check}. */
    public String why() {
        return check.why();
    }

    @Override
    public String toString() {
        return check + " " + subject + ": " + why();
    }
}
