package io.confide.swarm;

import io.confide.common.encoding.Codec;
import io.confide.common.encoding.Payloads;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.HeaderBody;
import io.confide.common.secagg.RevealBody;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.VectorBody;
import io.confide.common.secagg.VectorHash;
import io.confide.common.secagg.site.Reaction;
import io.confide.swarm.Op.Lie;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** What one site adds to the sums, and what it sends in place of the truth if it is dishonest. */
final class Inputs {
    private final World world;
    private final Site site;
    private final Optional<Lie> lie;
    private final RandomGenerator rounding;
    private boolean torn;
    private long[] plain = new long[0];

    /** The round that this process made {@link #plain} for; 0 if another one did. */
    private long madeFor;

    private double[] update = new double[0];

    Inputs(World world, Site site) {
        this.world = world;
        this.site = site;
        this.rounding = Concern.TIMES.random(-1 - world.scenario().seed() * 31 - site.index());
        this.lie = lieOf(world.scenario(), site.index());
        this.torn = world.scenario().ops().contains(new Op.Torn(site.index()));
    }

    /** How the site of this index lies, if it does. */
    static Optional<Lie> lieOf(Scenario scenario, int site) {
        for (var op : scenario.ops()) {
            if (op instanceof Op.Lies(var who, var how) && who == site) {
                return Optional.of(how);
            }
        }
        return Optional.empty();
    }

    /** The encoded input of a round. */
    long[] make(Reaction.Join join) {
        int parameters = world.kit().initial.parameters().length;
        update = update(world.scenario(), site.index(), join.round(), parameters);
        var payload =
                Map.of(
                        Payloads.UPDATE, update,
                        Payloads.WEIGHT, new double[] {1},
                        Payloads.LOSS, new double[] {0});
        long[] words = Codec.parse(join.codec()).encode(payload, rounding);
        plain = words.clone();
        madeFor = join.round();
        return words;
    }

    void processEnds() {
        madeFor = 0;
    }

    /** The update of {@code site} in {@code round}, the same in all its lives. */
    static double[] update(Scenario scenario, int site, long round, int parameters) {
        double[] update = new double[parameters];
        switch (scenario.inputs()) {
            case UNIT -> update[site] = 1;
            case RANDOM -> {
                var random = Concern.WORKLOAD.random(scenario.seed() + 97 * round + site);
                for (int i = 0; i < parameters; i++) {
                    update[i] = random.nextDouble() - 0.5;
                }
            }
        }
        return update;
    }

    /** What leaves for {@code upload}. */
    List<SiteMessage> uploads(Reaction.Upload upload) {
        world.watch().uploads(site, upload, plain);
        if (madeFor != upload.round()) {
            world.tally().count("input of another process sent");
        }
        if (torn) {
            torn = false;
            world.tally().count("input torn");
            world.staging().storeTorn(upload.round(), site.id(), upload.vector().whole());
            return List.of(chunked(upload));
        }
        if (lie.equals(Optional.of(Lie.WRONG_LENGTH))) {
            world.tally().count("lie told: wrong length");
            byte[] longer =
                    Arrays.copyOf(
                            upload.vector().whole().toArray(), (int) upload.vector().length() + 8);
            return List.of(
                    new SiteMessage.Upload(
                            Kit.JOB,
                            upload.message().header(),
                            new VectorBody.Inline(Bytes.wrap(longer))));
        }
        if (lie.equals(Optional.of(Lie.INPUT_TWICE))) {
            world.tally().count("lie told: input twice");
            return List.of(upload.message(), another(upload));
        }
        return List.of(upload.message());
    }

    private SiteMessage chunked(Reaction.Upload upload) {
        var vector = upload.vector().whole();
        return new SiteMessage.Upload(
                Kit.JOB,
                upload.message().header(),
                new VectorBody.Chunked(vector.length(), Digest.of(vector).value()));
    }

    /** Another vector under a header of its own, rightly signed. */
    private SiteMessage another(Reaction.Upload upload) {
        byte[] bytes = upload.vector().whole().toArray();
        bytes[0] ^= 1;
        var vector = Bytes.wrap(bytes);
        var header = HeaderBody.parse(upload.message().header().body()).orElseThrow();
        var body =
                new HeaderBody(
                                header.round(),
                                header.site(),
                                header.ctx(),
                                VectorHash.ofBytes(bytes))
                        .bytes();
        var key = world.kit().identities.get(site.index());
        return new SiteMessage.Upload(
                Kit.JOB, new SignedBody(body, key.sign(body)), new VectorBody.Inline(vector));
    }

    /** What leaves in place of {@code message}. */
    Optional<SiteMessage> inPlaceOf(SiteMessage message) {
        if (lie.equals(Optional.of(Lie.BAD_SHARE))
                && message instanceof SiteMessage.Reveal reveal) {
            world.tally().count("lie told: bad share");
            var body = RevealBody.parse(reveal.body().body()).orElseThrow();
            var shares = new TreeMap<Integer, RevealBody.Share>();
            body.shares()
                    .forEach(
                            (about, share) ->
                                    shares.put(
                                            about,
                                            new RevealBody.Share(
                                                    share.kind(), Digest.ZERO.value())));
            var bytes =
                    new RevealBody(body.round(), body.site(), body.statementHash(), shares).bytes();
            var key = world.kit().identities.get(site.index());
            return Optional.of(
                    new SiteMessage.Reveal(Kit.JOB, new SignedBody(bytes, key.sign(bytes))));
        }
        return Optional.of(message);
    }
}
