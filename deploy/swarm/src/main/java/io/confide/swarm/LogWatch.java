package io.confide.swarm;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.ModelState;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.Roster;
import io.confide.common.secagg.SignedBody;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.Views.RoundView;
import io.confide.coordinator.round.RoundEvent;
import io.confide.coordinator.round.RoundEvent.Phase;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The oracles about what is durable (1, 2, 4, 5, 10), by their own reading of the journal. */
final class LogWatch {
    private static final int ENTRIES_MAX = 4_000;
    private static final int ATTEMPTS_PER_TASK_MAX = 6;
    private static final double TOLERANCE = 1e-3;

    private final World world;
    private final Watch watch;
    private final SortedMap<Long, Round> rounds = new TreeMap<>();

    /** The number of the group of every epoch. */
    private final SortedMap<Long, Integer> places = new TreeMap<>();

    /** What the groups before made of the model of the present task. */
    private final List<float[]> proposed = new ArrayList<>();

    private final PatienceWatch patience;
    private ModelState model;
    private Optional<ModelState> next = Optional.empty();
    private long lastEvent;
    private int entries;

    /** What is durable of one round. */
    static final class Round {
        final Bytes open;

        /** The number of its group. */
        final int place;

        final SortedMap<SiteId, Digest> uploads = new TreeMap<>();
        final SortedSet<SiteId> signed = new TreeSet<>();
        final SortedSet<SiteId> revealed = new TreeSet<>();
        Optional<Bytes> result = Optional.empty();
        Optional<RoundView> end = Optional.empty();
        long events;
        final long openedAt;
        boolean early;

        Round(SignedBody open, int place, long openedAt) {
            this.open = open.body();
            this.place = place;
            this.openedAt = openedAt;
        }
    }

    LogWatch(World world, Watch watch) {
        this.world = world;
        this.watch = watch;
        this.patience = new PatienceWatch(world, watch);
        this.model = world.kit().initial;
        if (world.scenario().keys() == Scenario.Keys.PREPARED) {
            for (int place = 0; place < world.kit().groups.size(); place++) {
                places.put(place + 1L, place);
            }
        }
    }

    Optional<Round> round(long number) {
        return Optional.ofNullable(rounds.get(number));
    }

    void appended(LogEntry entry) {
        entries++;
        watch.limit(entries < ENTRIES_MAX, "a journal of more than " + ENTRIES_MAX + " entries");
        switch (entry) {
            case LogEntry.RoundOpened opened -> opened(opened);
            case LogEntry.RoundHappened happened -> happened(happened);
            case LogEntry.UploadFolded folded ->
                    watch.require(
                            1,
                            live(folded.round()).uploads.put(folded.site(), folded.vectorHash())
                                    == null,
                            "two inputs of " + folded.site() + " in round " + folded.round());
            case LogEntry.ResultSigned(var round, var result, _) ->
                    live(round).result = Optional.of(result.body());
            case LogEntry.ModelMade(_, _, var state) -> next = Optional.of(ModelState.parse(state));
            case LogEntry.RoundEnded(var view) -> ended(view);
            case LogEntry.EventShown(var event) -> {
                watch.require(5, event.sequence() == lastEvent + 1, "events are not dense");
                lastEvent = event.sequence();
            }
            case LogEntry.EpochMade made -> {
                world.tally().count("keys made");
                var of = new TreeSet<Integer>();
                made.holders().keySet().forEach(site -> of.add(world.kit().placeOf(site)));
                watch.require(2, of.size() == 1, "keys over the groups " + of);
                places.put((long) made.epoch().epoch(), of.first());
            }
            case LogEntry.RoundWithdrawn _ -> world.tally().count("round withdrawn");
            case LogEntry.SumFixed _,
                    LogEntry.RoundAudited _,
                    LogEntry.Evaluated _,
                    LogEntry.SiteMet _,
                    LogEntry.EpochBegun _,
                    LogEntry.JobChanged _,
                    LogEntry.ArtifactsMade _ -> {}
        }
    }

    private void opened(LogEntry.RoundOpened opened) {
        watch.require(
                4,
                rounds.isEmpty() || rounds.lastKey() < opened.round(),
                "round " + opened.round() + " was opened before");
        watch.require(
                4,
                rounds.values().stream().allMatch(round -> round.end.isPresent()),
                "round " + opened.round() + " opens while another one runs");
        var place = Optional.ofNullable(places.get(opened.epoch()));
        watch.require(5, place.isPresent(), "a round with keys that are not durable");
        rounds.put(opened.round(), new Round(opened.open(), place.orElse(0), world.time().now()));
        watch.limit(
                rounds.size()
                        <= ATTEMPTS_PER_TASK_MAX
                                * world.scenario().rounds()
                                * world.scenario().groups(),
                rounds.size() + " rounds for " + world.scenario().rounds() + " tasks");
        world.tally().count("round opened");
    }

    /** Of a round that is open; everything about another one is a fault. */
    private Round live(long number) {
        var round = round(number);
        watch.require(5, round.isPresent(), "a fact of round " + number + ", which is not open");
        watch.require(
                4,
                round.flatMap(known -> known.end).isEmpty(),
                "a fact of round " + number + " after its end");
        return round.orElseGet(
                () -> new Round(new SignedBody(Bytes.EMPTY, Bytes.EMPTY), 0, world.time().now()));
    }

    private void happened(LogEntry.RoundHappened happened) {
        var round = live(happened.round());
        watch.require(
                5,
                happened.sequence() == round.events,
                "event %d of round %d comes after %d"
                        .formatted(happened.sequence(), happened.round(), round.events));
        round.events++;
        switch (happened.event()) {
            case RoundEvent.SignVerified(var site, _) -> round.signed.add(site);
            case RoundEvent.RevealVerified(var site) -> round.revealed.add(site);
            // After a takeover every share has to come again.
            case RoundEvent.TakenOver _ -> {
                round.revealed.clear();
                world.tally().count("round taken over");
            }
            case RoundEvent.DeadlinePassed(var phase) when phase == Phase.USUAL -> {
                round.early = true;
                world.tally().count("round closed early");
            }
            default -> {}
        }
    }

    private void ended(RoundView view) {
        var round = live(view.round());
        round.end = Optional.of(view);
        patience.ended(view, round.early, world.time().now() - round.openedAt);
        world.trace()
                .add("round " + view.round() + " ends " + view.outcome() + " " + view.included());
        world.tally().count("round " + view.outcome());
        watch.require(
                1,
                !view.outcome().equals("INTEGRITY") || liesAbout(Op.Lie.BAD_SHARE),
                "the sum of round " + view.round() + " came out wrong");
        if (view.outcome().equals("DONE")) {
            var roster = world.kit().groups.get(round.place);
            watch.require(
                    2,
                    view.included().size() >= world.kit().floor,
                    "a sum over " + view.included().size() + " inputs");
            watch.require(
                    2,
                    round.revealed.size() >= roster.t(),
                    "a sum opened with the shares of " + round.revealed.size());
            if (world.scenario().isCalm()) {
                watch.require(
                        9,
                        view.included().size() == roster.size(),
                        "only " + view.included() + " are included although nothing went wrong");
            }
            watch.require(5, next.isPresent(), "a round is done whose model is not durable");
            watch.require(
                    4,
                    round.place == proposed.size(),
                    "group "
                            + round.place
                            + " is summed when it is "
                            + proposed.size()
                            + "'s turn");
            next.ifPresent(after -> sum(view, roster, after));
        }
        next = Optional.empty();
    }

    private boolean liesAbout(Op.Lie lie) {
        return world.scenario().ops().stream()
                .anyMatch(op -> op instanceof Op.Lies(_, var told) && told == lie);
    }

    /** Oracle 1: the model moved by the mean of exactly the inputs of those included. */
    private void sum(RoundView view, Roster group, ModelState after) {
        float[] was = model.parameters();
        float[] is = after.parameters();
        var expected = new double[is.length];
        for (var name : view.included()) {
            var id = new SiteId(name);
            watch.require(2, group.indexOf(id).isPresent(), name + " is in another group's sum");
            int site = world.kit().roster.indexOf(id).orElseThrow();
            double[] update = Inputs.update(world.scenario(), site, view.round(), is.length);
            for (int i = 0; i < is.length; i++) {
                expected[i] += update[i] / view.included().size();
            }
        }
        if (world.scenario().groups() > 1) {
            proposed.add(moved(was, expected));
            if (proposed.size() < world.scenario().groups()) {
                compare(view, was, is, expected);
                proposed.set(proposed.size() - 1, is);
                return;
            }
            world.tally().count("groups combined");
            expected = median(was);
            proposed.clear();
        }
        compare(view, was, is, expected);
        model = after;
    }

    private static float[] moved(float[] was, double[] by) {
        float[] to = was.clone();
        for (int i = 0; i < to.length; i++) {
            to[i] += (float) by[i];
        }
        return to;
    }

    /** How far the middle one of the groups' values is from {@code was}, of each value on its own. */
    private double[] median(float[] was) {
        var middle = new double[was.length];
        for (int i = 0; i < was.length; i++) {
            int at = i;
            middle[i] =
                    proposed.stream()
                                    .mapToDouble(of -> of[at])
                                    .sorted()
                                    .skip(proposed.size() / 2)
                                    .findFirst()
                                    .orElseThrow()
                            - was[i];
        }
        return middle;
    }

    private void compare(RoundView view, float[] was, float[] is, double[] expected) {
        // What a dishonest site adds twice is what it likes; that only one of both counts is
        // checked
        // where they are folded.
        for (int i = 0; i < is.length && !liesAbout(Op.Lie.INPUT_TWICE); i++) {
            double moved = is[i] - (double) was[i];
            watch.require(
                    1,
                    Math.abs(moved - expected[i]) < TOLERANCE,
                    "the sum of round %d holds %.4f of value %d, its inputs %.4f"
                            .formatted(view.round(), moved, i, expected[i]));
        }
    }
}
