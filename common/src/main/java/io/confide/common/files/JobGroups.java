package io.confide.common.files;

import io.confide.common.model.Groups;
import io.confide.common.model.Groups.Combine;
import io.confide.common.model.JobSpec;

import java.util.Optional;
import java.util.OptionalInt;

/** Reads the keys {@code groups}, {@code combine} and {@code spoiledGroups} of {@code job.yaml}'s aggregation. */
final class JobGroups {
    private JobGroups() {}

    static Optional<JobSpec.GroupWish> read(Section in) {
        boolean asked = in.has("groups");
        int count =
                in.whole(
                        "groups",
                        Bounds.between(Groups.COUNT_MIN, Groups.COUNT_MAX),
                        Groups.COUNT_MIN);
        Combine combine = in.word("combine", Combine.class, Combine.MEDIAN);
        OptionalInt tolerated =
                in.value("spoiledGroups").stream()
                        .mapToInt(v -> (int) v.whole(Bounds.between(1, Groups.COUNT_MAX)))
                        .findFirst();
        if (!asked) {
            requireNothing(in);
            return Optional.empty();
        }
        return fits(in, count, combine, tolerated)
                ? Optional.of(new JobSpec.GroupWish(count, combine, tolerated))
                : Optional.empty();
    }

    private static void requireNothing(Section in) {
        for (String key : new String[] {"combine", "spoiledGroups"}) {
            if (in.has(key)) {
                in.problem(key, "has no meaning without groups. Remove it, or say groups: 3.");
            }
        }
    }

    private static boolean fits(Section in, int count, Combine combine, OptionalInt tolerated) {
        if (count < Groups.countMin(combine)) {
            in.problem(
                    "combine",
                    "%s bears no spoiled group of %d. Use groups: %d, or combine: median."
                            .formatted(Words.of(combine), count, Groups.countMin(combine)));
            return false;
        }
        int most = Groups.toleratedMax(combine, count);
        if (tolerated.isPresent() && combine == Combine.MEDIAN) {
            in.problem(
                    "spoiledGroups",
                    "the median of %d groups bears %d in any case. Remove it."
                            .formatted(count, most));
            return false;
        }
        if (tolerated.orElse(1) > most) {
            in.problem(
                    "spoiledGroups",
                    "%s of %d groups bears %d at most. Lower it, or use more groups."
                            .formatted(Words.of(combine), count, most));
            return false;
        }
        return true;
    }
}
