package io.confide.swarm;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.Subject;
import io.confide.common.secagg.site.Reaction;
import io.confide.common.secagg.site.SiteProtocol;
import io.confide.common.secagg.site.SiteSetting;
import io.confide.common.wire.Capacity;
import io.confide.common.wire.CoordinatorBody;
import io.confide.common.wire.Frame;
import io.confide.common.wire.Received;
import io.confide.common.wire.ReliableSession;
import io.confide.common.wire.SessionFullException;
import io.confide.common.wire.SiteBody;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/**
 * A site: its disk outlives its processes. The protocol is the real one, and so is the session below it; what the session of
 * a participant does between them (approve the plan, train, send) is played here.
 */
final class Site {
    private static final int REDIAL_MILLIS_MAX = 5_000;
    private static final int TRAINING_MILLIS_MAX = 400;
    private static final Capacity CAPACITY = new Capacity(2, 4096, Optional.empty());

    private final World world;
    private final int index;
    private final SiteId id;
    private final Timeline.WallClock clock;
    private final SiteDisk disk = new SiteDisk();
    private final RandomGenerator times;
    private final RandomGenerator secrets;
    private final Inputs inputs;
    private final long trainingMillis;
    private Life life = Life.OFF;
    private int lives;
    private Bytes bootId = Bytes.EMPTY;
    private Optional<SiteProtocol> protocol = Optional.empty();
    private ReliableSession<SiteBody, CoordinatorBody> session = ReliableSession.ofSite();
    private Optional<Connection> connection = Optional.empty();
    private boolean welcomed;

    private enum Life {
        OFF,
        ON,
        DEAD
    }

    Site(World world, int index) {
        this.world = world;
        this.index = index;
        this.id = world.kit().roster.member(index).site();
        this.clock = world.time().clock();
        this.times = Concern.TIMES.random(world.scenario().seed() * 31 + index);
        this.secrets = Concern.SECRETS.random(world.scenario().seed() * 31 + index);
        this.inputs = new Inputs(world, this);
        this.trainingMillis = world.scenario().trainingMillis(index);
    }

    int index() {
        return index;
    }

    SiteId id() {
        return id;
    }

    SiteDisk disk() {
        return disk;
    }

    Timeline.WallClock clock() {
        return clock;
    }

    RandomGenerator secrets() {
        return secrets;
    }

    /** The process that took part in the prepared set-up, or a new one. */
    void start(Scenario.Keys keys) {
        if (life != Life.OFF) {
            return;
        }
        if (keys == Scenario.Keys.PREPARED && lives == 0) {
            bootId = Kit.preparedBootId(index);
            protocol =
                    Optional.of(
                            world.kit()
                                    .prepared
                                    .get(index)
                                    .begin(setting(), world.kit().keysOf(index)));
        } else {
            byte[] drawn = new byte[16];
            secrets.nextBytes(drawn);
            bootId = Bytes.wrap(drawn);
        }
        lives++;
        life = Life.ON;
        dial();
    }

    private SiteSetting setting() {
        return world.kit().setting(index, disk, new SeededRandom(secrets), clock);
    }

    /** The process is gone with its keys. */
    void crash(long downMillis) {
        if (life == Life.ON) {
            world.tally().count("site crashed");
            stop();
            disk.crash(times, world.tally());
            life = Life.OFF;
            world.time().after(downMillis, () -> start(Scenario.Keys.LIVE));
        }
    }

    void die() {
        if (life != Life.DEAD) {
            world.tally().count("site died");
            stop();
            life = Life.DEAD;
        }
    }

    private void stop() {
        world.trace().add(id + " stops");
        protocol.ifPresent(SiteProtocol::close);
        protocol = Optional.empty();
        session = ReliableSession.ofSite();
        connection.ifPresent(open -> open.breaks(1_000));
        connection = Optional.empty();
        welcomed = false;
        inputs.processEnds();
    }

    private void dial() {
        if (life != Life.ON || connection.isPresent()) {
            return;
        }
        var peer = world.leaders().dialled();
        if (peer.isEmpty()) {
            redial();
            return;
        }
        var dialled = new Connection(world, this, peer.get().board());
        connection = Optional.of(dialled);
        welcomed = false;
        transmit(new SiteBody.Greeting(bootId, clock.instant(), "simulated", List.of(), CAPACITY));
    }

    private void redial() {
        int set = lives;
        world.time()
                .after(
                        1 + times.nextInt(REDIAL_MILLIS_MAX),
                        () -> {
                            if (set == lives) {
                                dial();
                            }
                        });
    }

    void lost(Connection which) {
        if (connection.filter(which::equals).isPresent()) {
            connection = Optional.empty();
            welcomed = false;
            redial();
        }
    }

    void received(Connection from, Frame<CoordinatorBody> frame) {
        if (life != Life.ON || connection.filter(from::equals).isEmpty()) {
            return;
        }
        if (frame.body() instanceof CoordinatorBody.Welcome welcome) {
            if (!welcomed) {
                welcome(frame, welcome);
            }
            return;
        }
        switch (session.receive(frame)) {
            case Received.Deliver<CoordinatorBody>(var body) -> on(body);
            case Received.Duplicate<CoordinatorBody>() -> {}
            case Received.Broken<CoordinatorBody>(var reason) -> {
                world.trace().add(id + " hangs up: " + reason);
                from.breaks(10);
            }
        }
    }

    private void welcome(Frame<CoordinatorBody> frame, CoordinatorBody.Welcome welcome) {
        switch (welcome.session()) {
            case NEW -> {
                session = ReliableSession.ofSite();
                if (!welcome.goesOn().contains(Kit.JOB)) {
                    protocol.ifPresent(SiteProtocol::close);
                    protocol = Optional.empty();
                }
            }
            case RESUMED -> session.receive(frame);
        }
        welcomed = true;
        session.unacknowledged().forEach(each -> connection.ifPresent(open -> open.up(each)));
    }

    private void on(CoordinatorBody body) {
        switch (body) {
            case CoordinatorBody.PlanOffer(var job, var plan) -> {
                if (protocol.isEmpty()) {
                    protocol = Optional.of(new SiteProtocol(setting(), world.kit().keysOf(index)));
                }
                say(
                        new SiteBody.PlanAnswer(
                                job, Digest.of(plan), SiteBody.Verdict.PERMITTED, List.of()));
            }
            case CoordinatorBody.JobEnded(_, var outcome) -> {
                world.trace().add(id + " hears the end: " + outcome);
                protocol.ifPresent(SiteProtocol::close);
                protocol = Optional.empty();
            }
            case CoordinatorBody.Protocol(var message) -> protocol(message);
            case CoordinatorBody.Welcome _, CoordinatorBody.Acknowledge _ -> {}
        }
    }

    private void protocol(CoordinatorMessage message) {
        if (protocol.isEmpty()) {
            say(new SiteBody.Declined(Kit.JOB, Subject.of(message), "K1"));
            return;
        }
        var reaction = protocol.get().on(message);
        if (message instanceof CoordinatorMessage.Open open && reaction instanceof Reaction.Join) {
            world.watch().joins(this, open);
        }
        world.trace().add(id + " " + Words.of(message) + " -> " + Words.of(reaction));
        react(reaction);
    }

    private void react(Reaction reaction) {
        switch (reaction) {
            case Reaction.Send(var message) -> inputs.inPlaceOf(message).ifPresent(this::send);
            case Reaction.Upload upload -> inputs.uploads(upload).forEach(this::send);
            case Reaction.Join join -> join(join);
            case Reaction.Finished finished -> finished.abort().ifPresent(this::send);
            case Reaction.Refused(var refusal) -> {
                world.tally().count("site refused");
                say(new SiteBody.Declined(Kit.JOB, refusal.subject(), refusal.check().name()));
            }
            case Reaction.EpochReady _ -> world.tally().count("site has new keys");
            case Reaction.Nothing _ -> {}
        }
    }

    private void join(Reaction.Join join) {
        var now = protocol.orElseThrow();
        var objection = now.mayMakeInput(join.round(), Kit.DATA);
        if (!(objection instanceof Reaction.Nothing)) {
            react(objection);
            return;
        }
        long begins = world.scenario().hangsUntil(index, world.time().now());
        long trains = Math.max(trainingMillis, 1 + times.nextInt(TRAINING_MILLIS_MAX));
        long takes = begins - world.time().now() + trains;
        world.time()
                .after(
                        takes,
                        () -> {
                            boolean wanted =
                                    protocol.filter(now::equals).isPresent()
                                            && now.awaitingInput()
                                                    .equals(OptionalLong.of(join.round()));
                            if (wanted) {
                                world.tally().count("input made");
                                react(now.input(join.round(), inputs.make(join), Kit.DATA));
                            }
                        });
    }

    private void send(SiteMessage message) {
        say(new SiteBody.Protocol(message));
    }

    private void say(SiteBody body) {
        world.watch().said(this, body);
        transmit(body);
    }

    private void transmit(SiteBody body) {
        try {
            var frame = session.send(body);
            if (welcomed || body instanceof SiteBody.Greeting) {
                connection.ifPresent(open -> open.up(frame));
            }
        } catch (SessionFullException e) {
            throw new IllegalStateException("a world is too short for so many frames", e);
        }
    }
}
