package io.confide.coordinator.round;

import io.confide.common.model.SiteId;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/** The members of a cluster in {@link RoundWorld}, each with the sum of the unit vectors that came to it. */
final class MembersWorld {
    private final RandomGenerator chance;
    private final List<Member> members = new ArrayList<>();

    /** Which boot has folded the input of a site: the row of R1. */
    private final Map<SiteId, Integer> rows = new HashMap<>();

    private int boots;
    private boolean isSealed;

    /** One member's life. */
    private static final class Member {
        private int boot;
        private SortedMap<SiteId, Integer> inputs = new TreeMap<>();

        Member(int boot) {
            this.boot = boot;
        }
    }

    /**
     * P_m and F_m of one boot.
     *
     * @param inputs the place of the unit of each
     */
    record Partial(int boot, SortedMap<SiteId, Integer> inputs) {
        SortedSet<SiteId> sites() {
            return Collections.unmodifiableSortedSet(new TreeSet<>(inputs.keySet()));
        }
    }

    /** What the members answered that were sealed. */
    record Sealed(List<Partial> partials) {
        SortedSet<SiteId> included() {
            var all = new TreeSet<SiteId>();
            partials.forEach(partial -> all.addAll(partial.sites()));
            return all;
        }

        int[] sum(int n) {
            var sum = new int[n];
            partials.forEach(partial -> partial.inputs().values().forEach(unit -> sum[unit]++));
            return sum;
        }
    }

    MembersWorld(int count, RandomGenerator chance) {
        this.chance = chance;
        for (int member = 0; member < count; member++) {
            members.add(new Member(boots++));
        }
    }

    /** The input arrives at one of them; returns whether it is in the sum of a member that lives. */
    boolean fold(SiteId site, int unit) {
        var row = rows.get(site);
        if (row != null && members.stream().anyMatch(member -> member.boot == row)) {
            return true;
        }
        if (isSealed) {
            return false;
        }
        var member = members.get(chance.nextInt(members.size()));
        rows.put(site, member.boot);
        member.inputs.put(site, unit);
        return true;
    }

    Sealed seal() {
        isSealed = true;
        return new Sealed(
                members.stream()
                        .filter(member -> !member.inputs.isEmpty())
                        .map(member -> new Partial(member.boot, new TreeMap<>(member.inputs)))
                        .toList());
    }

    void goOn() {
        isSealed = false;
    }

    /** One is gone with its sum; another process of its name begins anew. */
    void oneDies() {
        var member = members.get(chance.nextInt(members.size()));
        member.boot = boots++;
        member.inputs = new TreeMap<>();
    }

    boolean isAlive(Partial partial) {
        return members.stream().anyMatch(member -> member.boot == partial.boot());
    }

    boolean stillCount(Sealed sealed) {
        return sealed.partials().stream().allMatch(this::isAlive);
    }

    Sealed ofThoseAlive(Sealed sealed) {
        return new Sealed(sealed.partials().stream().filter(this::isAlive).toList());
    }
}
