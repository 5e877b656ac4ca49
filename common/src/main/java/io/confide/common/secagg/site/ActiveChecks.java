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
    private final SharedFindings findings;

    private ActiveChecks(RosterKeys keys, Set<Check> off, SharedFindings findings) {
        this.off = off;
        this.keys = keys;
        this.findings = findings;
    }

    static ActiveChecks all(RosterKeys keys) {
        return all(keys, SharedFindings.none());
    }

    static ActiveChecks all(RosterKeys keys, SharedFindings findings) {
        return new ActiveChecks(keys, EnumSet.noneOf(Check.class), findings);
    }

    /** For tests only. */
    static ActiveChecks without(Roster roster, Set<Check> off) {
        return new ActiveChecks(RosterKeys.of(roster), Set.copyOf(off), SharedFindings.none());
    }

    /** The pinned roster's keys. */
    RosterKeys keys() {
        return keys;
    }

    /** What other sites of this process found about the same messages; nothing, outside measurements. */
    SharedFindings findings() {
        return findings;
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
