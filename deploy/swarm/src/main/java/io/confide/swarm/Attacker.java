package io.confide.swarm;

import io.confide.common.model.Bytes;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.CertBody;
import io.confide.common.secagg.ContextFields;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.OpenBody;
import io.confide.common.secagg.ProposeBody;
import io.confide.common.secagg.S1Body;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteSet;
import io.confide.common.wire.CoordinatorBody;
import io.confide.swarm.Op.Attack;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A dishonest coordinator: an honest one whose messages are exchanged, all under its own signature. */
final class Attacker {
    private final Optional<Attack> attack;
    private final Kit kit;

    Attacker(Scenario scenario, Kit kit) {
        this.kit = kit;
        this.attack =
                scenario.ops().stream()
                        .flatMap(
                                op ->
                                        op instanceof Op.Attacks(var which)
                                                ? Optional.of(which).stream()
                                                : Optional.<Attack>empty().stream())
                        .findFirst();
    }

    /** Who made a message. */
    enum Origin {
        DRIVER,
        ATTACKER
    }

    record Said(CoordinatorBody body, Origin origin) {
        private static Said honest(CoordinatorBody body) {
            return new Said(body, Origin.DRIVER);
        }

        private static Said forged(CoordinatorMessage message) {
            return new Said(new CoordinatorBody.Protocol(message), Origin.ATTACKER);
        }
    }

    /** A message of it has left. */
    void count(Tally tally) {
        attack.ifPresent(which -> tally.count("attack sent: " + which));
    }

    /** What {@code site} gets in place of {@code body}. */
    List<Said> inPlaceOf(SiteId site, CoordinatorBody body) {
        var group = kit.groups.get(kit.placeOf(site));
        int index = group.indexOf(site).orElseThrow();
        if (attack.isEmpty() || !(body instanceof CoordinatorBody.Protocol(var message))) {
            return List.of(Said.honest(body));
        }
        var forged =
                switch (attack.get()) {
                    case OTHER_SET -> index % 2 == 1 ? otherSet(message) : none();
                    case SMALL_COHORT -> smallCohort(group.size(), index, message);
                    case REPLAYED_ROUND -> none();
                    case SWAPPED_KEY -> index % 2 == 1 ? swappedKey(message) : none();
                    case FORGED_CERTIFICATE -> index % 2 == 1 ? forgedCertificate(message) : none();
                };
        if (forged.isPresent()) {
            return List.of(Said.forged(forged.get()), Said.honest(body));
        }
        return attack.get() == Attack.REPLAYED_ROUND
                ? replayed(message)
                        .map(again -> List.of(Said.honest(body), Said.forged(again)))
                        .orElseGet(() -> List.of(Said.honest(body)))
                : List.of(Said.honest(body));
    }

    private static Optional<CoordinatorMessage> none() {
        return Optional.empty();
    }

    private SignedBody sign(Bytes body) {
        return new SignedBody(body, kit.coordinatorKey.sign(body));
    }

    private static SiteSet fewer(SiteSet sites) {
        return sites.minus(SiteSet.of(sites.rosterSize(), List.of(sites.indices().getFirst())));
    }

    private static <V> SortedMap<Integer, V> only(SortedMap<Integer, V> all, SiteSet sites) {
        var some = new TreeMap<>(all);
        some.keySet().retainAll(sites.indices());
        return some;
    }

    private Optional<CoordinatorMessage> otherSet(CoordinatorMessage message) {
        if (message instanceof CoordinatorMessage.Propose honest) {
            var body = ProposeBody.parse(honest.body().body()).orElseThrow();
            return Optional.of(propose(body, honest.headers()));
        }
        if (message instanceof CoordinatorMessage.FastCert honest) {
            var body = CertBody.parseFast(honest.body().body()).orElseThrow();
            var context = body.context();
            return Optional.of(
                    propose(
                            new ProposeBody(
                                    context.round(),
                                    context.ctx(),
                                    context.opened(),
                                    body.included()),
                            honest.headers()));
        }
        return none();
    }

    private CoordinatorMessage propose(
            ProposeBody honest, SortedMap<Integer, CoordinatorMessage.UploadProof> headers) {
        var included = fewer(honest.included());
        var body = new ProposeBody(honest.round(), honest.ctx(), honest.opened(), included);
        return new CoordinatorMessage.Propose(Kit.JOB, sign(body.bytes()), only(headers, included));
    }

    private Optional<CoordinatorMessage> smallCohort(
            int size, int index, CoordinatorMessage message) {
        if (!(message instanceof CoordinatorMessage.Open honest)) {
            return none();
        }
        int other = (index + 1) % size;
        return Optional.of(open(honest, SiteSet.of(size, List.of(index, other))));
    }

    private Optional<CoordinatorMessage> replayed(CoordinatorMessage message) {
        if (!(message instanceof CoordinatorMessage.Open honest)) {
            return none();
        }
        var opened = OpenBody.parse(honest.body().body()).orElseThrow().context().opened();
        return Optional.of(open(honest, fewer(opened)));
    }

    private CoordinatorMessage open(CoordinatorMessage.Open honest, SiteSet cohort) {
        var body = OpenBody.parse(honest.body().body()).orElseThrow();
        var of = body.context();
        var context =
                new ContextFields(
                        of.round(), of.modelHash(), of.configHash(), of.codecHash(), cohort);
        return new CoordinatorMessage.Open(
                Kit.JOB,
                sign(new OpenBody(context, body.deadlineMillis()).bytes()),
                honest.config(),
                honest.codec(),
                honest.model(),
                honest.lastModelResult(),
                honest.aborted());
    }

    /** The coordinator has no site's identity key, so the exchanged keys are signed with its own. */
    private Optional<CoordinatorMessage> swappedKey(CoordinatorMessage message) {
        if (!(message instanceof CoordinatorMessage.Hellos honest) || honest.s1().isEmpty()) {
            return none();
        }
        var victim = honest.s1().firstEntry();
        var hello = S1Body.parse(victim.getValue().body()).orElseThrow();
        byte[] key = hello.agreementKey().toArray();
        key[0] ^= 1;
        var other =
                new S1Body(
                        hello.proposal(),
                        hello.site(),
                        Bytes.wrap(key),
                        hello.encapsulationKey(),
                        hello.commitment(),
                        hello.bootId());
        var s1 = new TreeMap<>(honest.s1());
        s1.put(victim.getKey(), sign(other.bytes()));
        return Optional.of(new CoordinatorMessage.Hellos(Kit.JOB, s1));
    }

    private Optional<CoordinatorMessage> forgedCertificate(CoordinatorMessage message) {
        if (message instanceof CoordinatorMessage.Cert honest) {
            return Optional.of(
                    certificate(
                            CertBody.parse(honest.body().body()).orElseThrow(), honest.headers()));
        }
        if (message instanceof CoordinatorMessage.FastCert honest) {
            return Optional.of(
                    certificate(
                            CertBody.parseFast(honest.body().body()).orElseThrow(),
                            honest.headers()));
        }
        return none();
    }

    private CoordinatorMessage certificate(
            CertBody honest, SortedMap<Integer, CoordinatorMessage.UploadProof> headers) {
        var included = fewer(honest.included());
        return new CoordinatorMessage.Cert(
                Kit.JOB,
                sign(new CertBody(honest.context(), included).bytes()),
                only(headers, included),
                new TreeMap<>());
    }
}
