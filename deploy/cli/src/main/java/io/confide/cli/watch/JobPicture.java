package io.confide.cli.watch;

import com.fasterxml.jackson.databind.JsonNode;

import io.confide.cli.remote.EventStream.Event;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is known of one job, folded from its view and its events. An unknown kind of event or a missing field
 * changes nothing, so that a newer coordinator can be watched.
 */
public final class JobPicture {
    /** How a site stands in the current round. */
    public enum Now {
        WAITING("waiting"),
        TRAINING("training"),
        UPLOADED("uploaded"),
        SIGNED("signed"),
        INCLUDED("included"),
        AWAY("away");

        private final String word;

        Now(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /**
     * One site's line.
     *
     * @param included rounds whose sum holds this site's input
     * @param rounds rounds that ended since this site was first seen
     */
    public record SiteLine(Now now, int included, int rounds, String note) {
        SiteLine with(Now next) {
            return new SiteLine(next, included, rounds, next == Now.AWAY ? note : "");
        }
    }

    /** A site that was left out of one round. */
    public record Dropped(long round, String site, String step, String reason) {}

    private final Map<String, SiteLine> sites = new TreeMap<>();
    private final List<Double> seconds = new ArrayList<>();
    private final List<Dropped> dropped = new ArrayList<>();
    private final Map<String, Double> metrics = new LinkedHashMap<>();
    private String state = "SUBMITTED";
    private String reason = "";
    private String task = "";
    private long round;
    private long epoch;
    private final Set<Long> doneRounds = new TreeSet<>();
    private int spared;
    private int roundsSeen;
    private int roundsPlanned;
    private int threshold;
    private int rosterSize;
    private List<String> cohort = List.of();
    private Set<String> lastIncluded = Set.of();

    /** The sentence with every hash cut to the eight digits by which people name it. */
    public static String shortHashes(String sentence) {
        return sentence.replaceAll("\\b([0-9a-f]{8})[0-9a-f]{56}\\b", "$1");
    }

    /** Takes over what the coordinator says about the job as a whole. */
    public void view(JsonNode job) {
        state = job.path("state").asText(state);
        reason = job.path("reason").asText(reason);
        roundsSeen = job.path("roundsDone").asInt(roundsSeen);
        roundsPlanned = job.path("roundsPlanned").asInt(roundsPlanned);
        epoch = job.path("epoch").asLong(epoch);
        threshold = job.path("threshold").asInt(threshold);
        rosterSize = job.path("rosterSize").asInt(rosterSize);
        numbers(job.path("metrics"));
        job.path("siteVerdicts").fieldNames().forEachRemaining(this::line);
    }

    /** Folds one event in. */
    public void apply(Event event) {
        var data = event.data();
        switch (event.kind()) {
            case "state" -> {
                state = data.path("state").asText(state);
                reason = data.path("reason").asText("");
            }
            case "epoch" -> epoch = data.path("epoch").asLong(epoch);
            case "roundOpened" -> opened(data);
            case "uploaded" -> site(data, Now.UPLOADED);
            case "signed" -> site(data, Now.SIGNED);
            case "dropped" -> dropped(data);
            case "roundDone" -> done(data);
            case "roundFailed" -> reason = data.path("reason").asText(reason);
            case "metrics" -> numbers(data.has("metrics") ? data.path("metrics") : data);
            case "ended" -> {
                state = data.path("state").asText(state);
                reason = data.path("reason").asText("");
            }
            default -> {
                // a kind that this version does not show
            }
        }
    }

    private void opened(JsonNode data) {
        round = data.path("round").asLong(round);
        epoch = data.path("epoch").asLong(epoch);
        task = data.path("task").asText(task);
        cohort = names(data.path("cohort"));
        for (var site : cohort) {
            sites.put(site, line(site).with(Now.TRAINING));
        }
    }

    private void site(JsonNode data, Now now) {
        var site = data.path("site").asText();
        if (!site.isEmpty()) {
            sites.put(site, line(site).with(now));
        }
    }

    private void dropped(JsonNode data) {
        var drop =
                new Dropped(
                        data.path("round").asLong(round),
                        data.path("site").asText(),
                        data.path("step").asText(),
                        data.path("reason").asText());
        dropped.add(drop);
        var line = line(drop.site());
        sites.put(
                drop.site(), new SiteLine(Now.AWAY, line.included(), line.rounds(), drop.reason()));
    }

    private void done(JsonNode data) {
        if (!doneRounds.add(data.path("round").asLong(round))) {
            return;
        }
        spared += data.path("spared").asInt();
        seconds.add(data.path("seconds").asDouble());
        var included = new TreeSet<>(cohort);
        data.path("dropped").forEach(drop -> included.remove(drop.path("site").asText()));
        lastIncluded = included;
        for (var entry : sites.entrySet()) {
            var line = entry.getValue();
            boolean counted = included.contains(entry.getKey());
            entry.setValue(
                    new SiteLine(
                            counted ? Now.INCLUDED : line.now(),
                            line.included() + (counted ? 1 : 0),
                            line.rounds() + 1,
                            counted ? "" : line.note()));
        }
    }

    private void numbers(JsonNode values) {
        for (var entry : values.properties()) {
            // The round after which they are so is none of them.
            if (entry.getValue().isNumber() && !entry.getKey().equals("round")) {
                metrics.put(entry.getKey(), entry.getValue().asDouble());
            }
        }
    }

    private SiteLine line(String site) {
        return sites.computeIfAbsent(site, _ -> new SiteLine(Now.WAITING, 0, 0, ""));
    }

    private static List<String> names(JsonNode list) {
        var names = new ArrayList<String>();
        list.forEach(entry -> names.add(entry.asText()));
        return names;
    }

    public String state() {
        return state;
    }

    /** Why the job waits or failed; empty if there is nothing to say. */
    public String reason() {
        return reason;
    }

    /** The task of the current round in the coordinator's words. */
    public String task() {
        return task;
    }

    public long epoch() {
        return epoch;
    }

    /** Rounds that ended well or are no longer needed: those of the events, or what the view says where no event has come yet. */
    public int roundsDone() {
        // A watcher that comes late is told the whole history: adding it to the view would count
        // twice.
        return doneRounds.isEmpty() ? roundsSeen : doneRounds.size() + spared;
    }

    public int roundsPlanned() {
        return roundsPlanned;
    }

    public int threshold() {
        return threshold;
    }

    public int rosterSize() {
        return rosterSize;
    }

    /** The sites in the last sum. */
    public Set<String> lastIncluded() {
        return Set.copyOf(lastIncluded);
    }

    public Map<String, SiteLine> sites() {
        return new TreeMap<>(sites);
    }

    /** Everybody who was left out, in order. */
    public List<Dropped> dropped() {
        return List.copyOf(dropped);
    }

    public Map<String, Double> metrics() {
        return new LinkedHashMap<>(metrics);
    }

    /** Median duration of the rounds so far, in milliseconds. */
    public Optional<Double> medianMillis() {
        if (seconds.isEmpty()) {
            return Optional.empty();
        }
        var sorted = seconds.stream().sorted().toList();
        return Optional.of(1000 * sorted.get(sorted.size() / 2));
    }

    /** Whether the job is over. */
    public Progress progress() {
        return switch (state) {
            case "COMPLETED", "FAILED", "CANCELLED" -> Progress.OVER;
            default -> Progress.RUNNING;
        };
    }

    /** Whether there is more to come. */
    public enum Progress {
        RUNNING,
        OVER
    }
}
