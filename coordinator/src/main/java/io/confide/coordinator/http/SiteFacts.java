package io.confide.coordinator.http;

import io.confide.common.model.JobId;
import io.confide.coordinator.port.JobDesk;
import io.confide.coordinator.port.Recent;
import io.confide.coordinator.port.Views.EventView;
import io.confide.coordinator.port.Views.JobView;
import io.confide.coordinator.port.Views.SiteView;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * Where each site of a job stands in its newest round, as five facts: it is registered, it is configured (was asked in this round),
 * it trains or has trained, its input is uploaded, it is included in the sum. Each has the time since which it holds, or the reason
 * why it does not.
 */
final class SiteFacts {
    private static final Recent NEWEST = new Recent(0, 1, OptionalLong.empty());

    private final Map<String, String> verdicts;
    private final Map<String, SiteView> sites = new HashMap<>();
    private final Map<String, Map<String, Instant>> steps = new HashMap<>();
    private final Map<String, Drop> dropped = new HashMap<>();
    private Optional<EventView> opened = Optional.empty();
    private Optional<EventView> closed = Optional.empty();

    /** @param step the first that the site did not do */
    private record Drop(String step, String reason) {}

    /** Whether a fact holds. */
    private sealed interface Fact {
        record Since(Optional<Instant> at) implements Fact {}

        record Not(String reason) implements Fact {}
    }

    private SiteFacts(JobView view, List<SiteView> known) {
        this.verdicts = view.siteVerdicts();
        known.forEach(site -> sites.put(site.id(), site));
    }

    /** Reads it now. Blocks. */
    static JsonObject of(JobDesk desk, JobId job, JobView view) {
        var passing = new ArrayList<EventView>();
        // What is told at once is what has passed in the newest round; it may be one newer than the
        // history is.
        desk.subscribe(
                        job,
                        event -> {
                            synchronized (passing) {
                                passing.add(event);
                            }
                        })
                .close();
        var facts = new SiteFacts(view, desk.sites());
        desk.recent(job, NEWEST).forEach(facts::happened);
        synchronized (passing) {
            passing.forEach(facts::happened);
        }
        return facts.json();
    }

    private void happened(EventView event) {
        if (event.kind().equals("roundOpened")) {
            steps.clear();
            dropped.clear();
            opened = Optional.of(event);
            closed = Optional.empty();
        } else if (isOfNewest(event)) {
            step(event);
        }
    }

    private boolean isOfNewest(EventView event) {
        return opened.isPresent() && round(opened.get()).equals(round(event));
    }

    private void step(EventView event) {
        switch (event.kind()) {
            case "progress" -> {
                if (!"IDLE".equals(event.data().get("stage"))) {
                    did(site(event), "training", event.time());
                }
            }
            case "uploaded" -> did(site(event), "uploaded", event.time());
            case "dropped" -> drop(event.data());
            case "roundDone", "roundFailed" -> end(event);
            default -> {}
        }
    }

    private void did(String site, String step, Instant at) {
        steps.computeIfAbsent(site, _ -> new HashMap<>()).putIfAbsent(step, at);
    }

    private void drop(Map<?, ?> data) {
        dropped.put(
                String.valueOf(data.get("site")),
                new Drop(String.valueOf(data.get("step")), String.valueOf(data.get("reason"))));
    }

    /** The times are kept with the end of a round. */
    private void end(EventView event) {
        closed = Optional.of(event);
        // Of those that were not there when it opened nothing is told before.
        if (event.data().get("dropped") instanceof List<?> drops) {
            drops.stream().filter(Map.class::isInstance).forEach(drop -> drop((Map<?, ?>) drop));
        }
        if (event.data().get("steps") instanceof Map<?, ?> bySite) {
            bySite.forEach((site, of) -> kept(String.valueOf(site), of));
        }
    }

    private void kept(String site, Object of) {
        if (of instanceof Map<?, ?> millis) {
            for (var step : List.of("training", "uploaded")) {
                if (millis.get(step) instanceof Number after) {
                    did(site, step, opened.orElseThrow().time().plusMillis(after.longValue()));
                }
            }
        }
    }

    private JsonObject json() {
        var all = new TreeSet<>(verdicts.keySet());
        all.addAll(cohort());
        all.addAll(dropped.keySet());
        var lines = new JsonArray();
        for (var site : all) {
            lines.add(
                    new JsonObject()
                            .put("site", site)
                            .put("registered", json(registered(site)))
                            .put("configured", json(configured(site)))
                            .put("training", json(training(site)))
                            .put("uploaded", json(uploaded(site)))
                            .put("included", json(included(site))));
        }
        var json = new JsonObject().put("sites", lines);
        opened.ifPresent(
                event ->
                        json.put("round", event.data().get("round"))
                                .put("task", event.data().get("task")));
        return json;
    }

    private static JsonObject json(Fact fact) {
        return switch (fact) {
            case Fact.Since(var at) -> {
                var json = new JsonObject().put("is", true);
                at.ifPresent(since -> json.put("since", since.toString()));
                yield json;
            }
            case Fact.Not(var reason) -> new JsonObject().put("is", false).put("reason", reason);
        };
    }

    /** Since when is not kept. */
    private Fact registered(String site) {
        return known(site).filter(SiteView::enrolled).isPresent()
                ? new Fact.Since(Optional.empty())
                : new Fact.Not("it has not enrolled");
    }

    private Fact configured(String site) {
        if (opened.isEmpty()) {
            return new Fact.Not("no round has been opened");
        }
        if (cohort().contains(site)) {
            return new Fact.Since(opened.map(EventView::time));
        }
        return new Fact.Not(notAsked(site));
    }

    private String notAsked(String site) {
        if (drop(site).isPresent()) {
            return drop(site).get().reason();
        }
        if (known(site).filter(SiteView::connected).isEmpty()) {
            return "it is not connected";
        }
        return switch (verdicts.getOrDefault(site, "")) {
            case "PERMITTED" -> "it is counted from the next key set-up on";
            case "DENIED" -> "its policy does not permit the plan";
            default -> "it has not approved the plan";
        };
    }

    private Optional<SiteView> known(String site) {
        return Optional.ofNullable(sites.get(site));
    }

    private Fact training(String site) {
        if (at(site, "training").isPresent() || at(site, "uploaded").isPresent()) {
            return new Fact.Since(at(site, "training"));
        }
        return inRound(site, "it has not said so, which with privacy no site does");
    }

    private Fact uploaded(String site) {
        var at = at(site, "uploaded");
        return at.isPresent() ? new Fact.Since(at) : inRound(site, "its input has not come yet");
    }

    private Fact included(String site) {
        var asked = inRound(site, "the round has not ended");
        if (closed.isEmpty() || !cohort().contains(site) || before(site).isPresent()) {
            return asked;
        }
        var end = closed.get();
        return end.kind().equals("roundDone")
                ? new Fact.Since(Optional.of(end.time()))
                : new Fact.Not(String.valueOf(end.data().get("reason")));
    }

    /** Why something is not so of {@code site}: it was not asked, it dropped before, or {@code otherwise}. */
    private Fact inRound(String site, String otherwise) {
        if (configured(site) instanceof Fact.Not not) {
            return not;
        }
        return new Fact.Not(before(site).map(Drop::reason).orElse(otherwise));
    }

    /** How it dropped before its input was stored; who dropped later is in the sum. */
    private Optional<Drop> before(String site) {
        return drop(site).filter(drop -> List.of("open", "upload").contains(drop.step()));
    }

    private Optional<Drop> drop(String site) {
        return Optional.ofNullable(dropped.get(site));
    }

    private Optional<Instant> at(String site, String step) {
        return Optional.ofNullable(steps.getOrDefault(site, Map.of()).get(step));
    }

    private List<String> cohort() {
        return opened.map(event -> event.data().get("cohort")).stream()
                .filter(List.class::isInstance)
                .flatMap(cohort -> ((List<?>) cohort).stream())
                .map(String::valueOf)
                .toList();
    }

    private static String site(EventView event) {
        return String.valueOf(event.data().get("site"));
    }

    private static String round(EventView event) {
        return String.valueOf(event.data().get("round"));
    }
}
