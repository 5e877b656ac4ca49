package io.confide.common.secagg.site;

import io.confide.common.crypto.AgreementKey;
import io.confide.common.crypto.MlKem768;
import io.confide.common.crypto.Seed;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.KeySchedule;
import io.confide.common.secagg.NeighbourGraph;
import io.confide.common.secagg.S3Body;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteSet;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

    /** Returns the keys with every neighbour after K4, and lets go of both private keys. */
    SortedMap<Integer, PairKeys> agree(
            Terms terms,
            Transcript transcript,
            NeighbourGraph graph,
            CoordinatorMessage.Kems message)
            throws RefusedException {
        Map<Integer, S3Body> bodies = bodies(transcript, graph, message.s3());
        var pairKeys = new TreeMap<Integer, Seed>();
        try {
            for (int peer : graph.neighbours(setting.self()).indices()) {
                pairKeys.put(peer, pairKey(peer, transcript, bodies, message.ciphertexts()));
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
        return pairs;
    }

    private Map<Integer, S3Body> bodies(
            Transcript transcript, NeighbourGraph graph, SortedMap<Integer, SignedBody> messages)
            throws RefusedException {
        SiteSet senders = graph.around(setting.self());
        checks.require(Check.K4, messages.keySet().equals(Set.copyOf(senders.indices())));
        var bodies = new TreeMap<Integer, S3Body>();
        for (Map.Entry<Integer, SignedBody> each : messages.entrySet()) {
            int site = each.getKey();
            checks.requireAlways(Check.K4, senders.contains(site));
            S3Body body = checks.requirePresent(Check.K25, S3Body.parse(each.getValue().body()));
            checks.require(Check.K4, body.site() == site && body.t1().equals(transcript.t1()));
            checks.require(
                    Check.K4,
                    List.copyOf(body.ciphertextHashes().keySet())
                            .equals(graph.neighboursAbove(site)));
            checks.require(Check.K4, checks.keys().isBySite(site, each.getValue()));
            bodies.put(site, body);
        }
        return bodies;
    }

    private Seed pairKey(
            int peer,
            Transcript transcript,
            Map<Integer, S3Body> bodies,
            SortedMap<Integer, Bytes> ciphertexts)
            throws RefusedException {
        Seed agreed =
                checks.requirePresent(
                        Check.K4, agreement.agree(transcript.hello(peer).agreementKey()));
        if (peer > setting.self()) {
            try (agreed) {
                return KeySchedule.pairKey(transcript.t1(), agreed, encapsulated(peer));
            }
        }
        Optional<S3Body> signed = Optional.ofNullable(bodies.get(peer));
        Optional<Bytes> sent = Optional.ofNullable(ciphertexts.get(peer));
        try (agreed;
                Seed shared = decapsulate(peer, signed, sent)) {
            return KeySchedule.pairKey(transcript.t1(), agreed, shared);
        }
    }

    /** Kept until all pair keys are made: a refused message may be sent again in its right form. */
    private Seed encapsulated(int peer) throws RefusedException {
        return checks.requirePresent(Check.K4, Optional.ofNullable(encapsulated.get(peer)));
    }

    private Seed decapsulate(int peer, Optional<S3Body> signed, Optional<Bytes> sent)
            throws RefusedException {
        Bytes ciphertext = checks.requirePresent(Check.K4, sent);
        Optional<Digest> promised = signed.map(body -> body.ciphertextHashes().get(setting.self()));
        checks.require(Check.K4, promised.equals(Optional.of(Digest.of(ciphertext))));
        return checks.requirePresent(Check.K4, kem.decapsulate(peer, ciphertext));
    }

    void erase() {
        agreement.erase();
        kem.erase();
        encapsulated.values().forEach(Seed::erase);
    }
}
