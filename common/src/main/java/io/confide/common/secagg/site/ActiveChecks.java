package io.confide.common.secagg.site;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * The checks that are on: all of them, except in tests that show what a check is good for. Only this
 * package can construct another set.
 */
final class ActiveChecks {
    private final Set<Check> off;

    private ActiveChecks(Set<Check> off) {
        this.off = off;
    }

    static ActiveChecks all() {
        return new ActiveChecks(EnumSet.noneOf(Check.class));
    }

    /** For tests only. */
    static ActiveChecks without(Set<Check> off) {
        return new ActiveChecks(Set.copyOf(off));
    }

    boolean isOn(Check check) {
        return !off.contains(check);
    }

    void require(Check check, boolean holds) throws RefusedException {
        if (!holds && isOn(check)) {
            throw new RefusedException(check);
        }
    }

    /** For what nothing could go on without, check on or off. */
    void requireAlways(Check check, boolean holds) throws RefusedException {
        if (!holds) {
            throw new RefusedException(check);
        }
    }

    /** Returns the value; without it nothing could go on, so this holds even with the check off. */
    <T> T requirePresent(Check check, Optional<T> value) throws RefusedException {
        if (value.isEmpty()) {
            throw new RefusedException(check);
        }
        return value.get();
    }
}
