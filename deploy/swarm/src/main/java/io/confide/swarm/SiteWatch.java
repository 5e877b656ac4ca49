package io.confide.swarm;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.HeaderBody;
import io.confide.common.secagg.OpenBody;
import io.confide.common.secagg.RevealBody;
import io.confide.common.secagg.SecretKind;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.VectorHash;
import io.confide.common.secagg.site.Reaction;
import io.confide.common.wire.SiteBody;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** The oracles about what leaves a site (3, 7, 8), whatever the coordinator does. */
final class SiteWatch {
    private final World world;
    private final Watch watch;
    private final Map<Key, Bytes> signed = new HashMap<>();
    private final Map<Key, Digest> revealedFor = new HashMap<>();
    private final Map<Key, Bytes> headers = new HashMap<>();
    private final Map<Secret, SortedSet<Integer>> holders = new HashMap<>();

    private record Key(Digest epoch, long round, int site) {}

    private record Secret(Digest epoch, long round, int about, SecretKind kind) {}

    SiteWatch(World world, Watch watch) {
        this.world = world;
        this.watch = watch;
    }

    /** Oracles 7 and 8: an input is recorded as spent before it leaves, and leaves under masks, as it was signed. */
    void uploads(Site site, Reaction.Upload upload, long[] plain) {
        watch.require(
                7,
                site.disk().hasSpent(upload.round()),
                site.id() + " uploads in round " + upload.round() + " without a record of it");
        var words =
                ByteBuffer.wrap(upload.vector().whole().toArray())
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asLongBuffer();
        watch.require(8, words.remaining() == plain.length, "an input of another length");
        for (int i = 0; i < Math.min(words.remaining(), plain.length); i++) {
            watch.require(8, words.get(i) != plain[i], "a word of an input is not masked");
        }
        var header = HeaderBody.parse(upload.message().header().body()).orElseThrow();
        watch.require(
                8,
                VectorHash.ofBytes(upload.vector().whole().toArray()).equals(header.vectorHash()),
                site.id() + " uploads in round " + upload.round() + " what it did not sign");
        var key = new Key(Digest.ZERO, upload.round(), site.index());
        var before = headers.putIfAbsent(key, upload.message().header().body());
        watch.require(
                3,
                before == null || before.equals(upload.message().header().body()),
                site.id() + " uploads two inputs in round " + upload.round());
    }

    /** Oracle 2: no site takes part in a round of fewer sites than the least sum, whoever asks it. */
    void joins(Site site, CoordinatorMessage.Open open) {
        var cohort = OpenBody.parse(open.body().body()).orElseThrow().context().opened();
        watch.require(
                2,
                cohort.size() >= world.kit().floor,
                site.id() + " takes part in a round of " + cohort);
    }

    void said(Site site, SiteBody body) {
        if (Inputs.lieOf(world.scenario(), site.index()).isEmpty()
                && body instanceof SiteBody.Protocol(var message)) {
            switch (message) {
                case SiteMessage.Sign sign -> {
                    var key = new Key(Digest.ZERO, sign.round(), site.index());
                    var before = signed.putIfAbsent(key, sign.signature());
                    watch.require(
                            3,
                            before == null || before.equals(sign.signature()),
                            site.id() + " signs two statements in round " + sign.round());
                }
                case SiteMessage.Reveal reveal ->
                        revealed(site, RevealBody.parse(reveal.body().body()).orElseThrow());
                case SiteMessage.Hello _,
                        SiteMessage.Seed _,
                        SiteMessage.Kem _,
                        SiteMessage.Deal _,
                        SiteMessage.Complaints _,
                        SiteMessage.Confirm _,
                        SiteMessage.Upload _,
                        SiteMessage.BlameAnswer _,
                        SiteMessage.Abort _ -> {}
            }
        }
    }

    /** Oracle 3: one set of inputs per round, and never enough shares of both kinds about one site. */
    private void revealed(Site site, RevealBody body) {
        var round = body.round();
        var key = new Key(round.epochId(), round.round(), site.index());
        var before = revealedFor.putIfAbsent(key, body.statementHash());
        watch.require(
                3,
                before == null || before.equals(body.statementHash()),
                site.id() + " helps to open two sets of inputs in round " + round.round());
        var opened = new ArrayList<Integer>();
        body.shares()
                .forEach(
                        (about, share) -> {
                            if (share.kind() == SecretKind.SELF) {
                                opened.add(about);
                            }
                            of(round.epochId(), round.round(), about, share.kind())
                                    .add(site.index());
                            both(round.epochId(), round.round(), about, site);
                        });
        asFixed(site, round.round(), opened);
    }

    /** Only a quorum makes a set of inputs, and a quorum is told none but the driver's. */
    private void asFixed(Site site, long round, List<Integer> opened) {
        var fixed = watch.fixed(round).map(SiteSet::indices);
        watch.require(
                3,
                fixed.equals(Optional.of(opened)),
                "%s helps to open %s in round %d, of which the driver says %s"
                        .formatted(site.id(), opened, round, fixed));
    }

    private void both(Digest epoch, long round, int about, Site site) {
        var self = of(epoch, round, about, SecretKind.SELF);
        var recovery = of(epoch, round, about, SecretKind.RECOVERY);
        watch.require(
                3,
                !self.contains(site.index()) || !recovery.contains(site.index()),
                site.id() + " reveals both secrets of site " + about + " in round " + round);
        int t = world.kit().thresholds().t();
        watch.require(
                3,
                self.size() < t || recovery.size() < t,
                "the input of site " + about + " in round " + round + " can be read alone");
    }

    private SortedSet<Integer> of(Digest epoch, long round, int about, SecretKind kind) {
        return holders.computeIfAbsent(new Secret(epoch, round, about, kind), _ -> new TreeSet<>());
    }
}
