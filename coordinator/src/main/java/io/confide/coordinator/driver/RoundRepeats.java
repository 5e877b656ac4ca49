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
    private final JobParts parts;
    private final RoundTask round;
    private final RoundProtocol protocol;
    private final Blaming blaming;
    private final Set<SiteId> keyless;

    /** @param keyless sites that cannot vote or reveal any more, as it is now */
    RoundRepeats(
            JobParts parts,
            RoundTask round,
            RoundProtocol protocol,
            Blaming blaming,
            Set<SiteId> keyless) {
        this.parts = parts;
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
            parts.send(site, protocol.open());
        }
        switch (state) {
            case RoundState.Signing s
                    when s.roll().cohort().contains(site) && !keyless.contains(site) ->
                    protocol.propose().ifPresent(message -> parts.send(site, message));
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

    private void certify(SiteId site) {
        protocol.certificate().ifPresent(message -> parts.send(site, message));
    }

    /** Asks those who have not answered; for vectors only when a site comes back, since they are large and no connection loses them. */
    Waiting askAgain(RoundState state) {
        return switch (state) {
            case RoundState.Signing s -> {
                var silent = without(s.roll().cohort(), s.signatures().keySet());
                var asked = without(silent, keyless);
                protocol.propose().ifPresent(message -> parts.send(asked, message));
                yield silent.isEmpty() ? Waiting.FOR_NOBODY : Waiting.FOR_SOMEBODY;
            }
            case RoundState.Revealing s when !s.lost().isEmpty() -> Waiting.FOR_SOMEBODY;
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
            case RoundState.Collecting _, RoundState.Done _, RoundState.Failed _ ->
                    Waiting.FOR_NOBODY;
        };
    }

    /** The silent ones of the cohort, and whoever else of the epoch has come meanwhile (K22). */
    private void certify(RoundState state, SortedSet<SiteId> silent) {
        var asked = without(round.members(), state.roll().cohort());
        asked.retainAll(parts.shell().sites().connected());
        asked.addAll(silent);
        asked.removeAll(keyless);
        protocol.certificate().ifPresent(message -> parts.send(asked, message));
    }

    private static SortedSet<SiteId> without(SortedSet<SiteId> all, Iterable<SiteId> some) {
        var rest = new TreeSet<>(all);
        some.forEach(rest::remove);
        return rest;
    }
}
