package io.confide.coordinator.cluster;

import io.confide.common.model.ConfideException;
import io.confide.common.model.SiteId;
import io.confide.common.vector.VectorSum;
import io.confide.common.wire.WireException;
import io.confide.coordinator.aggregate.MemberSums;
import io.confide.coordinator.cluster.PartialFetch.Held;
import io.confide.coordinator.port.Boots;
import io.confide.coordinator.port.Partial;
import io.confide.coordinator.port.PartialSums.Gathered;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Seals the sums of the members and adds them up here (R4); blocking. */
final class Gathering {
    private static final Logger LOG = LoggerFactory.getLogger(Gathering.class);

    private static final Duration SEAL_BOUND = Duration.ofSeconds(5);
    private static final Duration READ_BOUND = Duration.ofSeconds(10);
    private static final int SEALS_MAX = 3;

    private final Peers peers;
    private final SumAnswers mine;
    private final Boots boots;

    Gathering(Peers peers, SumAnswers mine, Boots boots) {
        this.peers = peers;
        this.mine = mine;
        this.boots = boots;
    }

    /** No sum of anything. */
    static Gathered nothing(int words) {
        var sum = VectorSum.zeros(words);
        return new Gathered(sum, sum.hash(), List.of());
    }

    /** The sum of what all members have; nothing if this member does not lead the job any more. */
    Gathered gather(PeerMail.Seal seal, int words) {
        var held = new ArrayList<>(sealedApart(seal));
        while (true) {
            var sum = VectorSum.zeros(words);
            boolean isWhole = false;
            try {
                var bad = firstBad(sum, held, words);
                isWhole = bad.isEmpty();
                if (isWhole) {
                    return new Gathered(sum, sum.hash(), held.stream().map(Held::partial).toList());
                }
                fence(bad.get().partial().member());
                held.remove(bad.get());
            } finally {
                if (!isWhole) {
                    sum.close();
                }
            }
        }
    }

    private Optional<Held> firstBad(VectorSum sum, List<Held> all, int words) {
        var fetch = fetch(words);
        for (var held : all) {
            if (!fetch.addTo(sum, held)) {
                return Optional.of(held);
            }
        }
        return Optional.empty();
    }

    /**
     * An input that went from one member to another while they were sealed is in one sum too many, whose boot is fenced: that
     * member finds it out when it is sealed again.
     */
    private List<Held> sealedApart(PeerMail.Seal seal) {
        var held = sealed(seal);
        for (int times = 1; times < SEALS_MAX && !overlapping(held).isEmpty(); times++) {
            held = sealed(seal);
        }
        var overlapping = overlapping(held);
        overlapping.forEach(each -> fence(each.partial().member()));
        return held.stream().filter(each -> !overlapping.contains(each)).toList();
    }

    private static List<Held> overlapping(List<Held> all) {
        var times = new HashMap<SiteId, Integer>();
        all.forEach(
                held ->
                        held.partial()
                                .inputs()
                                .keySet()
                                .forEach(site -> times.merge(site, 1, Integer::sum)));
        var twice = new HashSet<>(times.keySet());
        twice.removeIf(site -> times.getOrDefault(site, 0) == 1);
        return all.stream()
                .filter(held -> held.partial().inputs().keySet().stream().anyMatch(twice::contains))
                .toList();
    }

    private PartialFetch fetch(int words) {
        return new PartialFetch((member, question) -> ask(member, question, READ_BOUND), words);
    }

    private byte[] ask(String member, PeerMail.SumQuestion question, Duration bound) {
        return member.equals(peers.self())
                ? mine.answer(question)
                : peers.ask(member, question, bound);
    }

    /** What a member says of its sum. */
    private sealed interface Saying {
        record Sum(Held held) implements Saying {}

        record Nothing() implements Saying {}

        /** Somebody else leads the job by now. */
        record Refusal() implements Saying {}

        /** It says nothing, or nothing that makes sense. */
        record Silence() implements Saying {}
    }

    /** All sums that are not empty; none if this member does not lead the job any more. */
    private List<Held> sealed(PeerMail.Seal seal) {
        var names = peers.names();
        var asked = new ArrayList<Map.Entry<String, Future<Saying>>>();
        var held = new ArrayList<Held>();
        var silent = new ArrayList<String>();
        try (var each = Executors.newVirtualThreadPerTaskExecutor()) {
            names.forEach(
                    (member, name) ->
                            asked.add(
                                    Map.entry(
                                            name, each.submit(() -> saying(member, name, seal)))));
            for (var answer : asked) {
                switch (PartialFetch.get(answer.getValue())) {
                    case Saying.Sum(var sum) -> held.add(sum);
                    case Saying.Nothing _ -> {}
                    case Saying.Refusal _ -> {
                        return List.of();
                    }
                    case Saying.Silence _ -> silent.add(answer.getKey());
                }
            }
        }
        silent.forEach(this::fence);
        return List.copyOf(held);
    }

    private Saying saying(String member, String name, PeerMail.Seal seal) {
        try {
            var sealed = PeerReader.sealed(ask(member, seal, SEAL_BOUND));
            if (sealed.isEmpty()) {
                return new Saying.Refusal();
            }
            if (sealed.get().partial().isEmpty()) {
                return new Saying.Nothing();
            }
            var partial = sealed.get().partial().get();
            var place =
                    new MemberSums.Place(
                            seal.job(), seal.round(), partial.boot(), sealed.get().generation());
            return partial.member().equals(name) && !partial.inputs().isEmpty()
                    ? new Saying.Sum(new Held(member, place, partial))
                    : new Saying.Silence();
        } catch (ConfideException | WireException e) {
            LOG.warn("event=notSealed member={}", name, e);
            return new Saying.Silence();
        }
    }

    /** Its sites can upload to others from now on. */
    private void fence(String name) {
        LOG.warn("event=memberFenced member={}", name);
        try {
            boots.fence(name);
        } catch (RuntimeException e) {
            // What is left out is not counted, fenced or not.
            LOG.warn("event=memberNotFenced member={}", name, e);
        }
    }

    /** A partial sum that was recorded, if it is still there as it was. */
    Optional<VectorSum> again(PeerMail.Seal seal, int words, Partial partial) {
        for (var each : peers.names().entrySet()) {
            if (each.getValue().equals(partial.member())
                    && saying(each.getKey(), each.getValue(), seal) instanceof Saying.Sum(var held)
                    && held.partial().boot().equals(partial.boot())) {
                return fetched(new Held(held.member(), held.place(), partial), words);
            }
        }
        return Optional.empty();
    }

    private Optional<VectorSum> fetched(Held held, int words) {
        var sum = VectorSum.zeros(words);
        boolean isWhole = false;
        try {
            isWhole = fetch(words).addTo(sum, held);
            return isWhole ? Optional.of(sum) : Optional.empty();
        } finally {
            if (!isWhole) {
                sum.close();
            }
        }
    }
}
