package io.confide.swarm;

import io.confide.coordinator.port.Views.DroppedView;
import io.confide.coordinator.port.Views.RoundView;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The oracle about time (9): who is there is waited for. A round fails for want of inputs only after the whole time of the plan,
 * and rounds close early without the same site only until the doubled time has reached that.
 */
final class PatienceWatch {
    /** Eight seconds, then sixteen; the next time is the plan's. */
    private static final int EARLY_MAX = 2;

    /** A site that a round did not wait for is told how long it did, and what the plan would have allowed. */
    private static final Pattern EARLY_REASON =
            Pattern.compile(
                    "too late \\(no input after (8|16) s, .*; the plan allows "
                            + Kit.ROUND_SECONDS
                            + " s\\)");

    private final World world;
    private final Watch watch;

    /** How many rounds in a row have closed early without a site. */
    private final Map<String, Integer> early = new HashMap<>();

    PatienceWatch(World world, Watch watch) {
        this.world = world;
        this.watch = watch;
    }

    void ended(RoundView view, boolean closedEarly, long millis) {
        var late =
                view.dropped().stream()
                        .filter(PatienceWatch::isLate)
                        .map(DroppedView::site)
                        .collect(Collectors.toSet());
        watch.require(
                9,
                !view.outcome().equals("TOO_FEW")
                        || late.isEmpty()
                        || millis >= Kit.ROUND_SECONDS * 1_000L,
                "round %d has too few inputs after %d ms, and %s might still come"
                        .formatted(view.round(), millis, late));
        if (closedEarly) {
            reasons(view);
        }
        for (var site : view.cohort()) {
            if (closedEarly && late.contains(site)) {
                watch.require(
                        9,
                        early.merge(site, 1, Integer::sum) <= EARLY_MAX,
                        "round after round closes early without " + site);
            } else if (early.remove(site) != null && view.included().contains(site)) {
                world.tally().count("site counted again after an early close");
            }
        }
    }

    private void reasons(RoundView view) {
        for (var drop : view.dropped()) {
            watch.require(
                    9,
                    !isLate(drop) || EARLY_REASON.matcher(drop.reason()).matches(),
                    "round " + view.round() + " dropped a site as " + drop.reason());
        }
    }

    private static boolean isLate(DroppedView drop) {
        return drop.step().equals("upload") && drop.reason().startsWith("too late");
    }
}
