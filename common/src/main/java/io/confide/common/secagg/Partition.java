package io.confide.common.secagg;

import io.confide.common.layout.Label;
import io.confide.common.model.Digest;
import io.confide.common.model.Groups;
import io.confide.common.model.SiteId;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The groups of a roster (PROTOCOL.md §6.1): a roster of its own for each, with the full C, since all who collude may be in one.
 *
 * <p>They follow from the roster and G alone, so that everybody computes them and nobody who submits jobs can shuffle them. All
 * groups, whatever G, are unions of the same blocks, and each block hides its members: whatever sums of whole groups are added or
 * subtracted over many jobs, what comes out is over whole blocks (A6).
 */
public record Partition(List<Roster> groups) {
    /** How many sites more than the smallest sum a block has: the loss of one site does not stop its group. */
    private static final int SPARE = 1;

    public Partition {
        groups = List.copyOf(groups);
    }

    /**
     * The groups of {@code roster}, each in roster order.
     *
     * @throws IllegalArgumentException if it has too few sites for {@code count} groups
     */
    public static Partition of(Roster roster, int count) {
        int n = roster.size();
        if (count < 1 || count > countMax(n, roster.colluders())) {
            throw new IllegalArgumentException(
                    "%d sites do not make %d groups".formatted(n, count));
        }
        var seed = Digest.of(Label.GROUPS.bytes(), roster.hash().value().unsafeArray());
        var order = Ring.draw(seed, n).order();
        var groups = new ArrayList<Roster>();
        int from = 0;
        for (int size : sizes(n, roster.colluders(), count)) {
            var members =
                    order.subList(from, from + size).stream()
                            .sorted(Comparator.naturalOrder())
                            .map(roster::member)
                            .toList();
            groups.add(
                    new Roster(
                            roster.version(),
                            roster.colluders(),
                            roster.coordinatorKey(),
                            members));
            from += size;
        }
        return new Partition(groups);
    }

    /**
     * The roster over which the inputs of {@code site} are summed: that of its group, or {@code roster} itself where there are no
     * groups. Empty if {@code roster} does not make them, or {@code site} is not in it.
     */
    public static Optional<Roster> around(SiteId site, Roster roster, Optional<Groups> groups) {
        if (roster.indexOf(site).isEmpty()) {
            return Optional.empty();
        }
        if (groups.isEmpty()) {
            return Optional.of(roster);
        }
        int count = groups.get().count();
        if (count > countMax(roster.size(), roster.colluders())) {
            return Optional.empty();
        }
        var partition = of(roster, count);
        return Optional.of(partition.groups.get(partition.groupOf(site)));
    }

    /** The most groups that {@code sites} of whom {@code colluders} may be dishonest can make: one for each block. */
    public static int countMax(int sites, int colluders) {
        return sites / blockMin(colluders);
    }

    /** The fewest sites of a group: max(3, C+2) hide each other, and one more may be lost. */
    public static int blockMin(int colluders) {
        return Math.max(3, colluders + 2) + SPARE;
    }

    /** How many sites each of {@code count} groups has. */
    public static List<Integer> sizes(int sites, int colluders, int count) {
        int blocks = countMax(sites, colluders);
        return IntStream.range(0, count)
                .map(
                        group ->
                                share(share(group + 1, blocks, count), sites, blocks)
                                        - share(share(group, blocks, count), sites, blocks))
                .boxed()
                .toList();
    }

    /** Where part {@code index} of {@code parts} begins among {@code all}. */
    private static int share(int index, int all, int parts) {
        return Math.toIntExact((long) index * all / parts);
    }

    /**
     * The number of the group of {@code site}.
     *
     * @throws IllegalArgumentException if it is not in the roster
     */
    public int groupOf(SiteId site) {
        return IntStream.range(0, groups.size())
                .filter(group -> groups.get(group).indexOf(site).isPresent())
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(site + " is in no group"));
    }
}
