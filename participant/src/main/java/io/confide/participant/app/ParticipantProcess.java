package io.confide.participant.app;

import io.confide.common.files.ParticipantConfig;
import io.confide.common.files.ParticipantFile;
import io.confide.common.governance.EventLog;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.vector.MaskWarmUp;
import io.confide.common.wire.Capacity;
import io.confide.common.wire.SiteBody;
import io.confide.participant.djl.DjlTrainer;
import io.confide.participant.djl.TorchRuntime;
import io.confide.participant.ledger.FileLedger;
import io.confide.participant.link.CertificateProblem;
import io.confide.participant.link.Endpoint;
import io.confide.participant.link.VertxLink;
import io.confide.participant.port.SiteData;
import io.confide.participant.privacy.SharedLedger;
import io.confide.participant.session.Gate;
import io.confide.participant.session.Lifecycle;
import io.confide.participant.session.SiteSession;
import io.confide.participant.session.Surroundings;
import io.confide.participant.vault.EgressLedger;
import io.confide.participant.vault.FileInputs;
import io.confide.participant.vault.FileRecords;
import io.confide.participant.vault.Home;
import io.confide.participant.vault.HomeLock;
import io.confide.participant.vault.Identity;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** A participant, from its start to its end. */
public final class ParticipantProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ParticipantProcess.class);
    private static final int BOOT_ID_BYTES = 16;
    private static final long BUILDING_SECONDS_MAX = 4;

    private final Home home;
    private final Consumer<String> operator;
    private final InstantSource clock = InstantSource.system();
    private final SecureRandom random = new SecureRandom();
    private final Deque<AutoCloseable> opened = new ConcurrentLinkedDeque<>();
    private final CountDownLatch connected = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final ReentrantLock building = new ReentrantLock();
    private volatile boolean closing;
    private volatile Optional<ConfideException> failure = Optional.empty();

    private ParticipantProcess(Home home, Consumer<String> operator) {
        this.home = home;
        this.operator = operator;
    }

    /** How a start came out. */
    public enum Started {
        CONNECTED,
        /** {@link #close} came first. */
        CLOSED
    }

    /** The participant of {@code home}, not started; {@link #close} may be called from now on, by any thread. */
    public static ParticipantProcess of(Path home) {
        return of(home, _ -> {});
    }

    /** The same; {@code operator} is told once why the coordinator cannot be reached, and again when that changes. */
    public static ParticipantProcess of(Path home, Consumer<String> operator) {
        return new ParticipantProcess(new Home(home), operator);
    }

    /**
     * Reads {@code home}/participant.yaml, binds the datasets, warms up, connects and returns once the coordinator has
     * answered; {@code home}/ready.json then exists. Waits for a coordinator that is not there yet, and keeps
     * reconnecting on its own afterwards. Studies whose file is at {@code home}/studies/NAME.yaml are bound before
     * anything is sent. To be called once.
     *
     * @throws ConfideException one sentence: bad file, bad data, not enrolled, clock skew, another process in this home
     */
    public Started start() {
        try {
            build();
            connected.await();
            failure.ifPresent(ParticipantProcess::refuse);
            return closing ? Started.CLOSED : Started.CONNECTED;
        } catch (RuntimeException e) {
            close();
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new ConfideException(ErrorCode.INTERNAL, "the start was interrupted", e);
        }
    }

    /** Blocks until the process ends by {@link #close} or by a failure it cannot live with, which it throws. */
    public void awaitEnd() throws InterruptedException {
        ended.await();
        failure.ifPresent(ParticipantProcess::refuse);
    }

    /**
     * Stops taking rounds, overwrites all secrets in memory, and closes everything. May be called twice, and while
     * {@link #start} runs.
     */
    @Override
    public void close() {
        closing = true;
        try {
            // What the start has in its hands must not be closed under it: the engine is native
            // code.
            if (building.tryLock(BUILDING_SECONDS_MAX, TimeUnit.SECONDS)) {
                try {
                    closeOpened();
                } finally {
                    building.unlock();
                }
            } else {
                LOG.warn("event=closedDuringStart consequence=\"left to the operating system\"");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        ended.countDown();
        connected.countDown();
    }

    private void closeOpened() {
        for (var next = opened.pollFirst(); next != null; next = opened.pollFirst()) {
            try {
                next.close();
            } catch (Exception e) {
                LOG.warn("event=closeFailed", e);
            }
        }
    }

    /** Opens everything, or stops between two steps once {@link #close} was called. */
    private void build() {
        building.lock();
        try {
            if (closing) {
                return;
            }
            var config = configuration(home);
            open(HomeLock.take(home));
            var identity = Identity.open(home);
            requireSameSite(config, identity);
            CertificateProblem.ofSite(identity.parsedCertificate(), clock.instant())
                    .ifPresent(ParticipantProcess::refuse);
            var ready = new ReadyFile(home, identity.card().site(), clock);
            ready.remove();
            var data = new BoundDatasets(home, config.site(), config.datasets());
            data.bindKnown();
            if (closing) {
                return;
            }
            var trainer = open(new DjlTrainer(runtime(config)));
            var warm = WarmUp.run(trainer);
            if (closing) {
                return;
            }
            var link = open(link(config, identity, data, Machine.capacity(trainer)));
            var ending = new Ending(ready, link, warm);
            var session = open(session(identity, data, trainer, link, ending));
            opened.push(ready::remove);
            session.start();
        } finally {
            building.unlock();
        }
    }

    private SiteSession session(
            Identity identity,
            BoundDatasets data,
            DjlTrainer trainer,
            VertxLink link,
            Lifecycle lifecycle) {
        var site = identity.card().site();
        var records = open(FileRecords.open(home));
        var inputs = open(FileInputs.open(home));
        var egress = open(EgressLedger.open(home.egress(), clock));
        var events = open(EventLog.open(home.events()));
        var gate = new Gate(home, site, events, clock);
        var ledger = open(FileLedger.open(home, clock, gate::policy));
        var key = open(identity.signingKey());
        return new SiteSession(
                new Surroundings(
                        new Surroundings.Who(site, key, clock, random),
                        home,
                        gate,
                        new Surroundings.Storage(records, inputs, egress, new SharedLedger(ledger)),
                        new Surroundings.Work(data, trainer),
                        link),
                lifecycle);
    }

    private VertxLink link(
            ParticipantConfig config, Identity identity, SiteData data, Capacity capacity) {
        byte[] bootId = new byte[BOOT_ID_BYTES];
        random.nextBytes(bootId);
        var boot = Bytes.wrap(bootId);
        return new VertxLink(
                new Endpoint(
                        config.coordinators(),
                        identity.tlsKey(),
                        identity.certificate(),
                        identity.authority()),
                () -> greeting(boot, data, capacity),
                clock,
                random);
    }

    private SiteBody.Greeting greeting(Bytes boot, SiteData data, Capacity capacity) {
        return new SiteBody.Greeting(
                boot,
                clock.instant(),
                Software.NAME,
                data.datasets().stream()
                        .map(
                                dataset ->
                                        new SiteBody.Dataset(
                                                dataset.name(),
                                                dataset.study(),
                                                data.columns(dataset.study())))
                        .toList(),
                capacity);
    }

    /** What to say of a folder in which no site was enrolled. */
    public static ConfideException notASite(Path home) {
        return new ConfideException(
                ErrorCode.FILE_MISSING,
                new Home(home).configuration()
                        + " is missing; enrolment writes one: confide participant enroll --token"
                        + " TOKEN --home "
                        + home);
    }

    /** Reads the operator's file. */
    static ParticipantConfig configuration(Home home) {
        if (!Files.exists(home.configuration())) {
            throw notASite(home.directory());
        }
        return ParticipantFile.load(home.configuration());
    }

    private static void refuse(ConfideException reason) {
        throw reason;
    }

    private static TorchRuntime runtime(ParticipantConfig config) {
        var device =
                switch (config.training().device()) {
                    case AUTO -> TorchRuntime.DeviceChoice.AUTO;
                    case CPU -> TorchRuntime.DeviceChoice.CPU;
                    case GPU -> TorchRuntime.DeviceChoice.GPU;
                };
        return TorchRuntime.start(device, config.training().threads());
    }

    private static void requireSameSite(ParticipantConfig config, Identity identity) {
        if (!config.site().equals(identity.card().site())) {
            throw new ConfideException(
                    ErrorCode.BAD_FILE,
                    "participant.yaml names the site "
                            + config.site()
                            + ", but this home is enrolled as "
                            + identity.card().site()
                            + "; correct site: or use that site's --home");
        }
    }

    private <T extends AutoCloseable> T open(T resource) {
        opened.push(resource);
        return resource;
    }

    /** Turns what the session says into the state of the process. */
    private final class Ending implements Lifecycle {
        private final ReadyFile ready;
        private final VertxLink link;
        private final MaskWarmUp warm;
        private String told = "";

        Ending(ReadyFile ready, VertxLink link, MaskWarmUp warm) {
            this.ready = ready;
            this.link = link;
            this.warm = warm;
        }

        @Override
        public void unreachable(String why) {
            if (!why.equals(told)) {
                told = why;
                operator.accept(why);
            }
        }

        @Override
        public void connected() {
            told = "";
            ready.write(link.member(), warm);
            connected.countDown();
        }

        @Override
        public void lost() {
            ready.remove();
        }

        @Override
        public void ended(ConfideException reason) {
            ready.remove();
            failure = Optional.of(reason);
            connected.countDown();
            ended.countDown();
        }
    }
}
