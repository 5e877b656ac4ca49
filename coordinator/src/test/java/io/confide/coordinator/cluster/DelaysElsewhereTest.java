package io.confide.coordinator.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.confide.common.model.SiteId;
import io.confide.coordinator.port.Views.DelaysView;
import io.confide.coordinator.port.Views.SiteView;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

class DelaysElsewhereTest {
    private static final SiteId LYON = new SiteId("lyon");

    private final DelaysElsewhere elsewhere = new DelaysElsewhere();

    @Test
    void whatALeaderKnowsIsSeenAtEveryMember() {
        var known = delays(9, 256, 512, Map.of("upload", 1));
        told("north", known);
        assertEquals(Optional.of(known), seen(Optional.empty()));
        elsewhere.told("north", new TreeMap<>(Map.of(LYON, delays(10, 512, 512, Map.of()))));
        assertEquals(Optional.of(delays(10, 512, 512, Map.of())), seen(Optional.empty()));
        elsewhere.gone("north");
        assertEquals(Optional.empty(), seen(Optional.empty()));
    }

    @Test
    void ofSeveralMembersTheMiddleRoundCountsTheSlowestAndEveryDrop() {
        told("north", delays(10, 256, 512, Map.of("upload", 1)));
        told("south", delays(3, 1024, 4096, Map.of("upload", 2, "sign", 1)));
        var here = delays(5, 128, 128, Map.of());
        var drops = Map.of("upload", 3, "sign", 1);
        assertEquals(Optional.of(delays(18, 256, 4096, drops)), seen(Optional.of(here)));
        told("north", delays(1, 256, 512, Map.of("upload", 1)));
        assertEquals(Optional.of(delays(9, 128, 4096, drops)), seen(Optional.of(here)));
    }

    @Test
    void whoeverNeverStoredAnythingHasNoUsualTime() {
        var never =
                new DelaysView(4, OptionalLong.empty(), OptionalLong.empty(), Map.of("upload", 4));
        told("north", never);
        assertEquals(Optional.of(never), seen(Optional.empty()));
        var both = seen(Optional.of(never)).orElseThrow();
        assertEquals(OptionalLong.empty(), both.usualUnderMillis());
        assertEquals(8, both.rounds());
        told("south", delays(1, 64, 64, Map.of()));
        assertEquals(
                OptionalLong.of(64), seen(Optional.of(never)).orElseThrow().usualUnderMillis());
    }

    private void told(String member, DelaysView delays) {
        elsewhere.told(member, new TreeMap<>(Map.of(LYON, delays)));
    }

    private Optional<DelaysView> seen(Optional<DelaysView> here) {
        var site =
                new SiteView(
                        "lyon",
                        true,
                        true,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        here,
                        Optional.empty(),
                        List.of());
        return elsewhere.with(List.of(site)).getFirst().delays();
    }

    private static DelaysView delays(
            int rounds, long usual, long slowest, Map<String, Integer> drops) {
        return new DelaysView(
                rounds, OptionalLong.of(usual), OptionalLong.of(slowest), new TreeMap<>(drops));
    }
}
