package io.confide.coordinator.driver;

import io.confide.common.crypto.SigningKey;
import io.confide.common.encoding.Codec;
import io.confide.common.encoding.ParameterManifest;
import io.confide.common.encoding.Payloads;
import io.confide.common.encoding.Segment;
import io.confide.common.files.PlanJson;
import io.confide.common.files.RoundConfigJson;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.ModelState;
import io.confide.common.model.Plan;
import io.confide.common.model.SiteId;
import io.confide.common.model.SitePolicy.RolledBackLedger;
import io.confide.common.model.Task;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.Partition;
import io.confide.common.secagg.RevealBody;
import io.confide.common.secagg.Roster;
import io.confide.common.secagg.SecAggPolicy;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.Subject;
import io.confide.common.secagg.VectorBody;
import io.confide.common.secagg.site.ModelRules;
import io.confide.common.secagg.site.Reaction;
import io.confide.common.secagg.site.SiteLimits;
import io.confide.common.secagg.site.SiteProtocol;
import io.confide.common.secagg.site.SiteSetting;
import io.confide.common.wire.Capacity;
import io.confide.common.wire.CoordinatorBody;
import io.confide.common.wire.SiteBody;
import io.confide.coordinator.port.SiteInbox;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * A site that runs the real protocol in this process. Its contribution to every sum is its unit vector, so that the sum
 * is the list of who is in it.
 */
final class SimSite {
    private static final int COUNT_BITS = 5;

    final SiteId id;
    private final int index;
    private final SigningKey identity;
    private final Roster roster;
    private final SimSites network;
    private final Lies lies;
    private final MemoryRecords records = new MemoryRecords();
    private final SecureRandom random = new SecureRandom();
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());
    private final Map<JobId, SiteProtocol> protocols = new HashMap<>();
    private final Map<JobId, Plan> plans = new HashMap<>();
    private final Deque<SiteBody> unsent = new ArrayDeque<>();
    final List<CoordinatorBody.JobEnded> ended = Collections.synchronizedList(new ArrayList<>());
    private volatile Fate fate = Fate.NONE;
    private volatile Hold hold = new Hold(-1, new CountDownLatch(0));
    private final CountDownLatch answered = new CountDownLatch(1);
    private volatile SiteBody.Verdict verdict = SiteBody.Verdict.PERMITTED;
    private boolean online;
    private boolean dead;
    private Bytes bootId;
    private SiteInbox peer = SimSites.NOBODY;

    /** How often this site made an input, by round. */
    final Map<Long, Integer> trainings = new ConcurrentHashMap<>();

    /** Which masked inputs have left, by round. */
    final Map<Long, Set<Bytes>> inputs = new ConcurrentHashMap<>();

    /** Whatever of the protocol has left, in order. */
    private final List<SiteBody> said = Collections.synchronizedList(new ArrayList<>());

    private boolean restarted;
    private volatile List<Subject> refusedLate = List.of();
    private volatile long faultyFrom = Long.MAX_VALUE;
    private volatile long faultyTo = Long.MAX_VALUE;
    private volatile long movesTo = Long.MAX_VALUE;
    private volatile SimWork work = this::unitVector;
    private volatile UnaryOperator<Roster> summedOver = UnaryOperator.identity();

    SimSite(int index, SigningKey identity, Roster roster, SimSites network) {
        this.id = roster.member(index).site();
        this.index = index;
        this.identity = identity;
        this.roster = roster;
        this.network = network;
        this.lies = new Lies(index, identity, network.disputed);
        this.bootId = process();
    }

    private Bytes process() {
        var id = new byte[16];
        random.nextBytes(id);
        return Bytes.wrap(id);
    }

    /** The unit vector of this site in counts: a 1 in its own digit of base 2^5. */
    static double unit(int index) {
        return (double) (1L << (COUNT_BITS * index));
    }

    /** Makes its inputs so from now on. */
    void works(SimWork other) {
        work = other;
    }

    /** Believes that its inputs are summed over {@code wrong} of its group. */
    void expects(UnaryOperator<Roster> wrong) {
        summedOver = wrong;
    }

    void suffers(Fate next) {
        fate = next;
    }

    /** Keeps the upload of {@code round} back until {@code other}, after it has left, has answered the plan again. */
    void waitsForTheReturnOf(SimSite other, long round) {
        keepsBack(round, other.answered);
    }

    /** Has nothing more to learn after {@code round}: goes half a step of its grid there, and back in the next round. */
    void settlesAfter(long round) {
        movesTo = round;
    }

    /** Keeps its upload of {@code round} back until {@code until} is open. */
    void keepsBack(long round, CountDownLatch until) {
        hold = new Hold(round, until);
    }

    /** An upload that is kept back. */
    private record Hold(long round, CountDownLatch until) {
        void await(long uploading) {
            try {
                if (uploading == round
                        && !until.await(Consortium.BOUND.toSeconds(), TimeUnit.SECONDS)) {
                    throw new IllegalStateException("the other site never came back");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Makes it refuse, with its first key message, something that nobody waits for. */
    void refusesLate(Subject... subjects) {
        refusedLate = List.of(subjects);
    }

    /** Sends again whatever it has said, whoever's turn it is, and refuses {@code round}; returns when all of that has left. */
    void meddlesIn(JobId job, long round) {
        CompletableFuture.runAsync(
                        () -> {
                            List.copyOf(said).forEach(this::say);
                            decline(job, round);
                        },
                        thread)
                .join();
    }

    /** Cannot make an input in these rounds, and says so. */
    void isFaulty(long from, long to) {
        faultyFrom = from;
        faultyTo = to;
    }

    void answers(SiteBody.Verdict next) {
        verdict = next;
    }

    CompletableFuture<Void> connect() {
        return CompletableFuture.runAsync(() -> arrive(SiteInbox.Session.NEW), thread);
    }

    void die() {
        thread.execute(this::leave);
    }

    /** Its process dies together with the coordinator, and another one takes its place. */
    void startsAnew() {
        thread.execute(this::forget);
    }

    /** Whatever it was going to send again is gone with its process. */
    void losesPower() {
        records.losePowerWithProcess();
    }

    /** Finds a coordinator that has no session with it: keeps what goes on there, and forgets the rest. */
    void comeBack() {
        thread.execute(
                () -> {
                    if (network.inbox() == SimSites.NOBODY) {
                        return;
                    }
                    var goesOn = network.inbox().goesOn(id, bootId);
                    protocols.entrySet().removeIf(each -> isOver(each, goesOn));
                    unsent.clear();
                    arrive(SiteInbox.Session.NEW);
                });
    }

    /** Its session is at a member that lives, though another leads now: it forgets nothing. */
    void resume() {
        thread.execute(() -> arrive(SiteInbox.Session.RESUMED));
    }

    private static boolean isOver(Map.Entry<JobId, SiteProtocol> each, Set<JobId> goesOn) {
        if (goesOn.contains(each.getKey())) {
            return false;
        }
        each.getValue().close();
        return true;
    }

    void receive(CoordinatorBody body) {
        thread.execute(() -> on(body));
    }

    void close() {
        thread.shutdownNow();
    }

    private void arrive(SiteInbox.Session session) {
        dead = false;
        online = true;
        peer = network.inbox();
        network.arrived(
                id,
                new SiteBody.Greeting(
                        bootId,
                        Instant.now(),
                        "simulated",
                        List.of(),
                        new Capacity(2, 4096, Optional.empty())),
                session);
        while (!unsent.isEmpty()) {
            network.inbox().received(id, unsent.remove());
        }
    }

    private void leave() {
        dead = true;
        online = false;
        forget();
        network.left(id);
    }

    private void forget() {
        bootId = process();
        protocols.values().forEach(SiteProtocol::close);
        protocols.clear();
        unsent.clear();
        records.processEnds();
    }

    private void on(CoordinatorBody body) {
        if (dead) {
            return;
        }
        switch (body) {
            case CoordinatorBody.PlanOffer offer -> offered(offer);
            case CoordinatorBody.Protocol(var message) -> protocol(message);
            case CoordinatorBody.JobEnded end -> {
                ended.add(end);
                Optional.ofNullable(protocols.remove(end.job())).ifPresent(SiteProtocol::close);
            }
            case CoordinatorBody.Welcome _, CoordinatorBody.Acknowledge _ -> {}
        }
    }

    private void offered(CoordinatorBody.PlanOffer offer) {
        var plan = PlanJson.parse(offer.plan());
        plans.put(offer.job(), plan);
        protocols.computeIfAbsent(offer.job(), job -> new SiteProtocol(setting(job, plan)));
        say(
                new SiteBody.PlanAnswer(
                        offer.job(),
                        Digest.of(offer.plan()),
                        verdict,
                        verdict == SiteBody.Verdict.PERMITTED
                                ? List.of()
                                : List.of("the steward says so")));
        if (restarted) {
            answered.countDown();
        }
    }

    private SiteSetting setting(JobId job, Plan plan) {
        var manifest = ParameterManifest.of(plan);
        var own =
                summedOver.apply(
                        Partition.around(id, roster, plan.aggregation().groups()).orElseThrow());
        return new SiteSetting(
                job,
                own.indexOf(id).orElseThrow(),
                identity,
                own,
                Payloads.codecSetHash(plan, own.size()),
                manifest.hash(),
                plan.aggregation().audit(),
                new SiteLimits(
                        5000,
                        Duration.ofMinutes(10),
                        3,
                        1 << 16,
                        SecAggPolicy.COMPLETE_SITES_MAX,
                        plan.aggregation().minimumDifference(),
                        RolledBackLedger.NOTE),
                new SiteSetting.Ports(
                        records,
                        records,
                        _ -> ModelRules.Verdict.PERMITTED,
                        random,
                        InstantSource.system()));
    }

    private void protocol(CoordinatorMessage message) {
        network.note(message);
        Optional.ofNullable(protocols.get(message.job()))
                .ifPresent(
                        protocol -> {
                            var reaction = protocol.on(message);
                            react(message.job(), protocol, reaction);
                            // As a real site does: the first refusal may have been lost.
                            if (reaction instanceof Reaction.Nothing
                                    && message instanceof CoordinatorMessage.Open
                                    && Subject.of(message) instanceof Subject.Round(var round)
                                    && isFaultyIn(round)) {
                                decline(message.job(), round);
                            }
                        });
    }

    private boolean isFaultyIn(long round) {
        return round >= faultyFrom && round <= faultyTo;
    }

    private void decline(JobId job, long round) {
        say(new SiteBody.Declined(job, new Subject.Round(round), "FAULT"));
    }

    private void react(JobId job, SiteProtocol protocol, Reaction reaction) {
        switch (reaction) {
            case Reaction.Send(var message) -> send(message);
            case Reaction.Upload upload -> upload(upload);
            case Reaction.Join join when isFaultyIn(join.round()) -> {
                react(job, protocol, protocol.skip(join.round()));
                decline(job, join.round());
            }
            case Reaction.Join join -> {
                trainings.merge(join.round(), 1, Integer::sum);
                var config = RoundConfigJson.parse(join.config());
                long[] words =
                        Codec.parse(join.codec())
                                .encode(
                                        work.payload(
                                                plans.get(job),
                                                config.task(),
                                                model(join),
                                                join.round()),
                                        new SplittableRandom(31 * join.round() + index));
                react(
                        job,
                        protocol,
                        protocol.input(join.round(), words, Digest.of(new byte[] {1})));
            }
            case Reaction.Refused(var refusal) ->
                    say(new SiteBody.Declined(job, refusal.subject(), refusal.check().toString()));
            case Reaction.Finished finished -> finished.abort().ifPresent(this::send);
            case Reaction.EpochReady _, Reaction.Nothing _ -> {}
        }
    }

    private static ModelState model(Reaction.Join join) {
        return switch (join.model()) {
            case VectorBody.Inline(var bytes) -> ModelState.parse(bytes);
            case VectorBody.Chunked _ -> throw new IllegalStateException("a model is small here");
        };
    }

    private Map<String, double[]> unitVector(Plan plan, Task task, ModelState model, long round) {
        var payload = SimWork.nothing(plan, task);
        switch (task) {
            case Task.Train _ -> {
                double[] update = payload.get(Payloads.UPDATE);
                if (round <= movesTo) {
                    update[index] = 1;
                } else {
                    Arrays.fill(update, (round % 2 == 0 ? -0.5 : 0.5) * step(plan, task));
                }
                payload.get(Payloads.WEIGHT)[0] = 1;
            }
            case Task.Evaluate _ -> {
                payload.get(Payloads.ROWS)[0] = unit(index);
                payload.get(Payloads.POSITIVES)[1] = 1;
                payload.get(Payloads.NEGATIVES)[0] = 1;
            }
            case Task.Statistics _ -> payload.get(Payloads.PRESENT)[0] = 1;
        }
        return payload;
    }

    private static double step(Plan plan, Task task) {
        return Payloads.segments(plan, task).stream()
                .filter(segment -> segment.name().equals(Payloads.UPDATE))
                .map(Segment.Reals.class::cast)
                .findFirst()
                .orElseThrow()
                .step();
    }

    private void upload(Reaction.Upload upload) {
        hold.await(upload.round());
        if (befalls(upload.round(), Fate.Step.UPLOAD, upload.message())) {
            return;
        }
        inputs.computeIfAbsent(upload.round(), _ -> ConcurrentHashMap.newKeySet())
                .add(upload.vector().whole());
        say(new SiteBody.Protocol(upload.message()));
        befalls(upload.round(), Fate.Step.AFTER_UPLOAD, upload.message());
    }

    /** What this site says in place of the truth. */
    Lies lies() {
        return lies;
    }

    private void send(SiteMessage said) {
        if (lies.keepsBack(said)) {
            return;
        }
        SiteMessage message = lies.inPlaceOf(said);
        boolean gone =
                switch (message) {
                    case SiteMessage.Sign sign -> befalls(sign.round(), Fate.Step.SIGN, message);
                    case SiteMessage.Reveal reveal ->
                            befalls(
                                    RevealBody.parse(reveal.body().body())
                                            .orElseThrow()
                                            .round()
                                            .round(),
                                    Fate.Step.REVEAL,
                                    message);
                    case SiteMessage.Hello _,
                            SiteMessage.Seed _,
                            SiteMessage.Kem _,
                            SiteMessage.Deal _,
                            SiteMessage.Complaints _,
                            SiteMessage.Confirm _,
                            SiteMessage.Upload _,
                            SiteMessage.BlameAnswer _,
                            SiteMessage.Abort _ ->
                            false;
                };
        refusedLate.forEach(subject -> say(new SiteBody.Declined(message.job(), subject, "K24")));
        refusedLate = List.of();
        if (!gone) {
            say(new SiteBody.Protocol(message));
        }
    }

    /** Whether the site's fate comes true here, so that {@code message} does not leave now. */
    private boolean befalls(long round, Fate.Step step, SiteMessage message) {
        var now = fate;
        if (now.round() != round || now.step() != step) {
            return false;
        }
        fate = Fate.NONE;
        switch (now.kind()) {
            case DIES -> leave();
            case RESTARTS -> {
                leave();
                restarted = true;
                arrive(SiteInbox.Session.NEW);
            }
            case BLINKS -> {
                online = false;
                network.left(id);
                if (step != Fate.Step.AFTER_UPLOAD) {
                    unsent.add(new SiteBody.Protocol(message));
                }
                arrive(SiteInbox.Session.RESUMED);
            }
            case WANDERS -> {
                online = false;
                network.left(id);
            }
        }
        return true;
    }

    private void say(SiteBody body) {
        // What was meant for a coordinator that is gone does not reach the next one.
        if (online && peer == network.inbox()) {
            if (body instanceof SiteBody.Protocol) {
                said.add(body);
            }
            peer.received(id, body);
        }
    }
}
