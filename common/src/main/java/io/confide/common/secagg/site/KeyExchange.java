package io.confide.common.secagg.site;

import io.confide.common.crypto.AgreementKey;
import io.confide.common.crypto.MlKem768;
import io.confide.common.crypto.Seed;
import io.confide.common.model.Bytes;
import io.confide.common.secagg.ComplaintBody.Reason;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.KeySchedule;
import io.confide.common.secagg.NeighbourGraph;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The hybrid key exchange of one attempt: X25519 with every neighbour, and per pair one ML-KEM-768
 * encapsulation by the lower index (PROTOCOL.md §3.1).
 */
final class KeyExchange {
    private final SiteSetting setting;
    private final ActiveChecks checks;
    private final AgreementKey agreement;
    private final KeySource.KemKey kem;
    private final SortedMap<Integer, Seed> encapsulated = new TreeMap<>();

    KeyExchange(
            SiteSetting setting,
            ActiveChecks checks,
            AgreementKey agreement,
            KeySource.KemKey kem) {
        this.setting = setting;
        this.checks = checks;
        this.agreement = agreement;
        this.kem = kem;
    }

    /** Encapsulates to every neighbour with a higher index; returns the ciphertexts. */
    SortedMap<Integer, Bytes> encapsulate(
            KeySource keys, Transcript transcript, NeighbourGraph graph) throws RefusedException {
        var ciphertexts = new TreeMap<Integer, Bytes>();
        for (int peer : graph.neighbours(setting.self()).indices()) {
            if (peer > setting.self()) {
                MlKem768.Encapsulation made =
                        checks.requirePresent(
                                Check.K2,
                                keys.encapsulate(peer, transcript.hello(peer).encapsulationKey()));
                ciphertexts.put(peer, made.ciphertext());
                encapsulated.put(peer, made.shared());
            }
        }
        return ciphertexts;
    }

    /** The keys with the neighbours, and those about whom this site complains instead. */
    record Agreed(SortedMap<Integer, PairKeys> pairs, SortedMap<Integer, Ground> grounds) {}

    /** Returns the keys with every neighbour after K4, and lets go of both private keys. */
    Agreed agree(
            Terms terms,
            Transcript transcript,
            NeighbourGraph graph,
            CoordinatorMessage.Kems message)
            throws RefusedException {
        var received = new ReceivedKems(setting.self(), checks, transcript, graph, message);
        var pairKeys = new TreeMap<Integer, Seed>();
        var grounds = new TreeMap<Integer, Ground>();
        try {
            for (int peer : graph.neighbours(setting.self()).indices()) {
                Optional<Ground> ground = received.check(peer);
                if (ground.isEmpty()) {
                    ground = pairKey(peer, transcript, received, pairKeys);
                }
                ground.ifPresent(found -> grounds.put(peer, found));
            }
        } catch (RefusedException e) {
            pairKeys.values().forEach(Seed::erase);
            throw e;
        }
        var pairs = new TreeMap<Integer, PairKeys>();
        var proposal = terms.proposal();
        pairKeys.forEach(
                (peer, key) ->
                        pairs.put(
                                peer,
                                PairKeys.derive(
                                        key,
                                        setting.self(),
                                        peer,
                                        proposal.firstRound(),
                                        proposal.rounds())));
        erase();
        return new Agreed(pairs, grounds);
    }

    /** Puts the key with {@code peer}, unless what it signed gives none. */
    private Optional<Ground> pairKey(
            int peer, Transcript transcript, ReceivedKems received, Map<Integer, Seed> pairKeys)
            throws RefusedException {
        Optional<Seed> agreed = agreement.agree(transcript.hello(peer).agreementKey());
        if (agreed.isEmpty()) {
            return Optional.of(new Ground(Reason.KEM, transcript.signedHello(peer)));
        }
        try (Seed x25519 = agreed.get()) {
            Optional<Seed> shared =
                    peer > setting.self()
                            ? Optional.of(encapsulated(peer).copy())
                            : kem.decapsulate(peer, received.ciphertext(peer));
            if (shared.isEmpty()) {
                return Optional.of(new Ground(Reason.KEM, received.signed(peer)));
            }
            try (Seed mlKem = shared.get()) {
                pairKeys.put(peer, KeySchedule.pairKey(transcript.t1(), x25519, mlKem));
            }
            return Optional.empty();
        }
    }

    /** Kept until all pair keys are made: a refused message may be sent again in its right form. */
    private Seed encapsulated(int peer) throws RefusedException {
        return checks.requirePresent(Check.K4, Optional.ofNullable(encapsulated.get(peer)));
    }

    void erase() {
        agreement.erase();
        kem.erase();
        encapsulated.values().forEach(Seed::erase);
    }
}
