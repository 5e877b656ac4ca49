package io.confide.common.secagg.site;

import io.confide.common.secagg.Roster;
import io.confide.common.secagg.RosterKeys;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * The checks that are on, and the keys that they verify with. All checks are on, except in tests that
 * show what a check is good for; only this package can construct another set.
 */
final class ActiveChecks {
    private final Set<Check> off;

    private final RosterKeys keys;

    private ActiveChecks(RosterKeys keys, Set<Check> off) {
        this.off = off;
        this.keys = keys;
    }

    static ActiveChecks all(RosterKeys keys) {
        return new ActiveChecks(keys, EnumSet.noneOf(Check.class));
    }

    /** For tests only. */
    static ActiveChecks without(Roster roster, Set<Check> off) {
        return new ActiveChecks(RosterKeys.of(roster), Set.copyOf(off));
    }

    /** The pinned roster's keys. */
    RosterKeys keys() {
        return keys;
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
