package io.confide.coordinator.driver;

import io.confide.common.model.Bytes;
import io.confide.common.model.SiteId;
import io.confide.common.wire.Capacity;
import io.confide.common.wire.SiteBody;
import io.confide.coordinator.port.Enrolments;
import io.confide.coordinator.port.SiteGateway;
import io.confide.coordinator.port.Views.CapacityView;
import io.confide.coordinator.port.Views.ClockView;
import io.confide.coordinator.port.Views.DatasetView;
import io.confide.coordinator.port.Views.SiteView;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** Who has been seen, with which software and datasets. In memory: it fills again as sites connect. Thread-safe. */
public final class SiteDirectory {
    private final SiteGateway sites;
    private final Enrolments enrolments;
    private final InstantSource clock;
    private final Map<SiteId, Seen> seen = new ConcurrentHashMap<>();
    private final Map<SiteId, ClockView> clocks = new ConcurrentHashMap<>();
    private final Delays delays = new Delays();

    private record Seen(Instant last, SiteBody.Greeting greeting) {}

    public SiteDirectory(SiteGateway sites, Enrolments enrolments, InstantSource clock) {
        this.sites = sites;
        this.enrolments = enrolments;
        this.clock = clock;
    }

    void greeted(SiteId site, SiteBody.Greeting greeting) {
        seen.put(site, new Seen(clock.instant(), greeting));
        clocks.remove(site);
    }

    /** Its clock is so far off that it was not let in. */
    void turnedAway(SiteId site, Duration ahead) {
        clocks.put(site, new ClockView(ahead, clock.instant()));
    }

    /** What the newest process of {@code site} calls itself, if it was seen. */
    Optional<Bytes> bootId(SiteId site) {
        return Optional.ofNullable(seen.get(site)).map(was -> was.greeting().bootId());
    }

    /** How long sites take; it listens to the jobs. */
    Delays delays() {
        return delays;
    }

    void lost(SiteId site) {
        seen.computeIfPresent(site, (_, was) -> new Seen(clock.instant(), was.greeting()));
    }

    /** Returns every site that is enrolled or was seen, by name. */
    List<SiteView> views() {
        var enrolled = new TreeMap<SiteId, Enrolments.Enrolment>();
        enrolments.all().forEach(enrolment -> enrolled.put(enrolment.site(), enrolment));
        var connected = sites.connected();
        var known = new TreeSet<>(enrolled.keySet());
        known.addAll(seen.keySet());
        known.addAll(connected);
        known.addAll(clocks.keySet());
        return known.stream()
                .map(
                        site ->
                                view(
                                        site,
                                        connected.contains(site),
                                        Optional.ofNullable(enrolled.get(site))))
                .toList();
    }

    private SiteView view(
            SiteId site, boolean connected, Optional<Enrolments.Enrolment> enrolment) {
        var was = Optional.ofNullable(seen.get(site));
        return new SiteView(
                site.value(),
                connected,
                enrolment.isPresent(),
                connected ? Optional.empty() : was.map(Seen::last),
                enrolment.flatMap(Enrolments.Enrolment::ends),
                was.map(s -> s.greeting().software()),
                was.map(s -> view(s.greeting().capacity())),
                delays.of(site.value()),
                Optional.ofNullable(clocks.get(site)),
                was.map(s -> s.greeting().datasets()).orElse(List.of()).stream()
                        .map(d -> new DatasetView(d.name(), d.study(), d.columns()))
                        .toList());
    }

    private static CapacityView view(Capacity capacity) {
        return new CapacityView(
                capacity.processors(), capacity.memoryMebibytes(), capacity.accelerator());
    }
}
