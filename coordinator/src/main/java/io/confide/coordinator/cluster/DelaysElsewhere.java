package io.confide.coordinator.cluster;

import io.confide.common.model.SiteId;
import io.confide.coordinator.port.Views.DelaysView;
import io.confide.coordinator.port.Views.SiteView;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * How long sites took in jobs that other members lead or have led, as these have told last: a member hears the events of its
 * own jobs alone. With a member what it knew is gone, as with a restart. Thread-safe.
 */
final class DelaysElsewhere {
    private final Map<String, SortedMap<SiteId, DelaysView>> byMember = new ConcurrentHashMap<>();

    void told(String member, SortedMap<SiteId, DelaysView> sites) {
        byMember.put(member, sites);
    }

    void gone(String member) {
        byMember.remove(member);
    }

    /** {@code here} with what all members know. */
    List<SiteView> with(List<SiteView> here) {
        return here.stream()
                .map(
                        site ->
                                site.delayed(
                                        all(
                                                Stream.concat(
                                                                site.delays().stream(),
                                                                elsewhere(new SiteId(site.id())))
                                                        .toList())))
                .toList();
    }

    /** Of rounds at several members the usual class is the median of the members' usual ones, each as often as it has rounds. */
    static Optional<DelaysView> all(List<DelaysView> views) {
        if (views.size() < 2) {
            return views.stream().findFirst();
        }
        var drops = new TreeMap<String, Integer>();
        views.forEach(
                view -> view.drops().forEach((step, n) -> drops.merge(step, n, Integer::sum)));
        return Optional.of(
                new DelaysView(
                        views.stream().mapToInt(DelaysView::rounds).sum(),
                        usual(views),
                        views.stream()
                                .flatMapToLong(view -> view.slowestUnderMillis().stream())
                                .max(),
                        drops));
    }

    private static OptionalLong usual(List<DelaysView> views) {
        var rounds = new TreeMap<Long, Integer>();
        for (var view : views) {
            view.usualUnderMillis()
                    .ifPresent(usual -> rounds.merge(usual, view.rounds(), Integer::sum));
        }
        int half = (rounds.values().stream().mapToInt(Integer::intValue).sum() + 1) / 2;
        int counted = 0;
        for (var each : rounds.entrySet()) {
            counted += each.getValue();
            if (counted >= half) {
                return OptionalLong.of(each.getKey());
            }
        }
        return OptionalLong.empty();
    }

    private Stream<DelaysView> elsewhere(SiteId site) {
        return byMember.values().stream().map(known -> known.get(site)).flatMap(Stream::ofNullable);
    }
}
