package io.confide.common.secagg.site;

import io.confide.common.model.Digest;

import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The epochs and the rounds whose secrets this site still has, and when they are overwritten (PROTOCOL.md §3.7): own masks
 * of a round when a later one opens, shares of it when the round is over or the one after the next opens, all of an epoch
 * when a later epoch is in use and nothing is pending in it.
 */
final class HeldRounds {
    private final NavigableMap<Integer, SiteEpoch> epochs = new TreeMap<>();
    private final NavigableMap<Long, RoundTurn> turns = new TreeMap<>();
    private Optional<SiteEpoch> used = Optional.empty();
    private long last;
    private long ended;

    /** @param last the highest round of the job that this site recorded */
    HeldRounds(long last) {
        this.last = last;
        this.ended = last;
    }

    /** The highest round this site joined, stood in for, gave up or recorded, over all epochs. */
    long last() {
        return last;
    }

    /** The epoch that rounds are opened in: the newest in which one was, before the first the oldest that is ready. */
    Optional<SiteEpoch> current() {
        return used.or(() -> Optional.ofNullable(epochs.firstEntry()).map(Map.Entry::getValue));
    }

    Optional<SiteEpoch> epoch(Digest epochId) {
        return epochs.values().stream()
                .filter(epoch -> epoch.facts().epochId().equals(epochId))
                .findFirst();
    }

    /** Whether a round may be opened in {@code epoch}: the current one or a later (K8). */
    boolean isOpenable(SiteEpoch epoch) {
        return current().filter(now -> now.facts().epoch() <= epoch.facts().epoch()).isPresent();
    }

    Optional<RoundTurn> turn(long round) {
        return Optional.ofNullable(turns.get(round));
    }

    OptionalLong awaitingInput() {
        return turns.descendingMap().entrySet().stream()
                .filter(entry -> entry.getValue().phase() == RoundTurn.Phase.JOINED)
                .mapToLong(Map.Entry::getKey)
                .findFirst();
    }

    /** A further epoch is ready. Those that became ready after the current one and were never used are given up. */
    void enter(SiteEpoch next) {
        current()
                .ifPresent(
                        now ->
                                Map.copyOf(epochs.tailMap(now.facts().epoch(), false))
                                        .values()
                                        .stream()
                                        .filter(
                                                unused ->
                                                        turns.values().stream()
                                                                .noneMatch(
                                                                        turn -> turn.isOf(unused)))
                                        .forEach(this::forget));
        // Rounds that passed while it was made are over in it too.
        next.eraseMasks(last);
        next.eraseRounds(ended);
        epochs.put(next.facts().epoch(), next);
    }

    /** {@code turn} is the newest round: earlier ones take no input any more, those before the last are over. */
    void open(RoundTurn turn, SiteEpoch epoch) {
        long round = turn.round();
        for (SiteEpoch held : epochs.values()) {
            held.eraseMasks(round - 1);
            held.eraseShares(round - 2);
            if (held.facts().epoch() < epoch.facts().epoch()) {
                held.eraseFrom(round);
            }
        }
        used = Optional.of(epoch);
        turns.headMap(round).values().forEach(RoundTurn::closeInput);
        turns.headMap(round - 1).clear();
        hold(turn);
        forgetSpent();
    }

    /** {@code turn} is a round that this site helps to open although it never joined it (K22). */
    void standIn(RoundTurn turn) {
        turns.headMap(turn.round()).values().forEach(RoundTurn::closeInput);
        epochs.values().forEach(held -> held.eraseMasks(turn.round()));
        hold(turn);
    }

    private void hold(RoundTurn turn) {
        turns.put(turn.round(), turn);
        last = Math.max(last, turn.round());
    }

    /** {@code round} is over: its secrets and those of all before it go. */
    void end(long round) {
        last = Math.max(last, round);
        ended = Math.max(ended, round);
        epochs.values().forEach(held -> held.eraseRounds(round));
        turns.headMap(round, true).values().forEach(RoundTurn::closeInput);
        turns.headMap(round, true).clear();
        forgetSpent();
    }

    void eraseAll() {
        epochs.values().forEach(SiteEpoch::eraseAll);
        epochs.clear();
        turns.clear();
        used = Optional.empty();
    }

    private void forgetSpent() {
        for (SiteEpoch held : Map.copyOf(epochs).values()) {
            boolean isPast =
                    current().filter(now -> now.facts().epoch() > held.facts().epoch()).isPresent();
            if (isPast && held.isErased()) {
                forget(held);
            }
        }
    }

    private void forget(SiteEpoch epoch) {
        epoch.eraseAll();
        epochs.remove(epoch.facts().epoch());
        turns.values().removeIf(turn -> turn.isOf(epoch));
        used = used.filter(now -> now != epoch);
    }
}
