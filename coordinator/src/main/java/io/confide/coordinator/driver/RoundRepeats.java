package io.confide.coordinator.driver;

import io.confide.common.model.SiteId;
import io.confide.common.secagg.server.RoundProtocol;
import io.confide.coordinator.round.RoundState;

import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** What of a round is said again, and to whom. It is always the same bytes, and a site repeats its answer. */
final class RoundRepeats {
    /** What a site says of an epoch that it is not in. */
    private static final Set<String> NO_SUCH_KEYS = Set.of("K8", "K24");

    private final JobParts parts;
    private final RoundVoice voice;
    private final RoundTask round;
    private final RoundProtocol protocol;
    private final Blaming blaming;
    private final Set<SiteId> keyless;

    /** Who has refused the Open as if it had no such keys, and is told of them again. */
    private final Set<SiteId> untold = new TreeSet<>();

    /** @param keyless sites that cannot vote or reveal any more, as it is now */
    RoundRepeats(
            JobParts parts,
            RoundVoice voice,
            RoundTask round,
            RoundProtocol protocol,
            Blaming blaming,
            Set<SiteId> keyless) {
        this.parts = parts;
        this.voice = voice;
        this.round = round;
        this.protocol = protocol;
        this.blaming = blaming;
        this.keyless = keyless;
    }

    /** Whether answers are outstanding, so that it is worth asking once more. */
    enum Waiting {
        FOR_SOMEBODY,
        FOR_NOBODY
    }

    /** After a restart: tells a site that has come back what it is still asked for. */
    void remind(SiteId site, RoundState state, Optional<OpenInputs> inputs) {
        if (inputs.filter(open -> open.cohort().contains(site)).isPresent()) {
            voice.say(site, protocol.open());
        }
        switch (state) {
            case RoundState.Signing s
                    when s.roll().cohort().contains(site) && !keyless.contains(site) ->
                    protocol.propose().ifPresent(message -> voice.say(site, message));
            case RoundState.Revealing s when s.lost().isEmpty() && round.members().contains(site) ->
                    certify(site);
            case RoundState.Unmasking _ when round.members().contains(site) -> certify(site);
            case RoundState.Collecting _,
                    RoundState.Signing _,
                    RoundState.Revealing _,
                    RoundState.Unmasking _,
                    RoundState.Done _,
                    RoundState.Failed _ -> {}
        }
    }

    /**
     * Whether {@code site} has refused the Open, for {@code check}, only because it never heard that its keys are ready. That
     * is believed once.
     */
    boolean maybeUntold(SiteId site, String check, RoundState state) {
        return state instanceof RoundState.Collecting
                && round.members().contains(site)
                && !keyless.contains(site)
                && NO_SUCH_KEYS.contains(check)
                && untold.add(site);
    }

    private void certify(SiteId site) {
        protocol.certificate().ifPresent(message -> voice.say(site, message));
    }

    /**
     * Asks those who have not answered.
     *
     * @param times how often that was done, this time included
     */
    Waiting askAgain(RoundState state, int times) {
        return switch (state) {
            case RoundState.Collecting s -> {
                var silent = without(s.roll().cohort(), s.folded().keySet());
                askInputs(without(silent, s.roll().dropped().keySet()));
                yield Waiting.FOR_SOMEBODY;
            }
            case RoundState.Signing s -> {
                askLost(s.lost(), times);
                var silent = without(s.roll().cohort(), s.signatures().keySet());
                var asked = without(silent, keyless);
                protocol.propose().ifPresent(message -> voice.say(asked, message));
                yield silent.isEmpty() ? Waiting.FOR_NOBODY : Waiting.FOR_SOMEBODY;
            }
            case RoundState.Revealing s when !s.lost().isEmpty() -> {
                askLost(s.lost(), times);
                yield Waiting.FOR_SOMEBODY;
            }
            case RoundState.Revealing s -> {
                var silent = without(s.roll().cohort(), s.revealed());
                if (silent.isEmpty()) {
                    yield Waiting.FOR_NOBODY;
                }
                certify(s, silent);
                yield Waiting.FOR_SOMEBODY;
            }
            case RoundState.Unmasking s -> {
                blaming.ask();
                certify(s, without(s.roll().cohort(), parts.facts().sites(protocol.revealed())));
                yield Waiting.FOR_SOMEBODY;
            }
            case RoundState.Done _, RoundState.Failed _ -> Waiting.FOR_NOBODY;
        };
    }

    /** Vectors are large, so the pauses between two requests for them double. */
    private void askLost(SortedSet<SiteId> lost, int times) {
        if (Integer.bitCount(times) == 1) {
            askInputs(lost);
        }
    }

    /** Whoever is away is reminded when it is back. */
    private void askInputs(SortedSet<SiteId> silent) {
        var asked = new TreeSet<>(silent);
        asked.retainAll(parts.shell().sites().connected());
        voice.say(asked, protocol.open());
    }

    /** The silent ones of the cohort, and whoever else of the epoch has come meanwhile (K22). */
    private void certify(RoundState state, SortedSet<SiteId> silent) {
        var asked = without(round.members(), state.roll().cohort());
        asked.retainAll(parts.shell().sites().connected());
        asked.addAll(silent);
        asked.removeAll(keyless);
        protocol.certificate().ifPresent(message -> voice.say(asked, message));
    }

    private static SortedSet<SiteId> without(SortedSet<SiteId> all, Iterable<SiteId> some) {
        var rest = new TreeSet<>(all);
        some.forEach(rest::remove);
        return rest;
    }
}
