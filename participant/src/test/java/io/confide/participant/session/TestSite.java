package io.confide.participant.session;

import io.confide.common.crypto.SigningKey;
import io.confide.common.files.RosterDocument;
import io.confide.common.governance.EventLog;
import io.confide.common.governance.Grant;
import io.confide.common.governance.Target;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.ModelState;
import io.confide.common.model.Plan;
import io.confide.common.model.Sensitivity;
import io.confide.common.model.SiteId;
import io.confide.common.model.Study;
import io.confide.common.model.Task;
import io.confide.common.wire.CoordinatorBody;
import io.confide.participant.port.LocalData;
import io.confide.participant.port.LocalTrainer;
import io.confide.participant.port.MemoryLedger;
import io.confide.participant.port.PrivacyLedger;
import io.confide.participant.port.RowFaults;
import io.confide.participant.port.SiteData;
import io.confide.participant.privacy.SharedLedger;
import io.confide.participant.vault.EgressLedger;
import io.confide.participant.vault.FileInputs;
import io.confide.participant.vault.FileRecords;
import io.confide.participant.vault.Grants;
import io.confide.participant.vault.Home;
import io.confide.participant.vault.RosterPin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** One real session in a home of its own; trainer and data are the test's. */
final class TestSite implements AutoCloseable {
    static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

    final SiteId name;
    final SigningKey key;
    final Home home;
    final CompletableFuture<ConfideException> end = new CompletableFuture<>();
    MemoryLink link = new MemoryLink();
    Supplier<MemoryLink> links = MemoryLink::new;
    SecureRandom random = new SecureRandom();
    Runnable whenValuesAreRead = () -> {};
    Runnable whenDataIsBound = () -> {};
    LocalTrainer trainer;
    int arrayWordsMax = 1 << 20;
    PrivacyLedger budgets = new MemoryLedger(Map.of());
    Digest dataVersion = Digest.of(new byte[] {1});
    Optional<SiteData> data = Optional.empty();
    Optional<String> boundStudy = Optional.of(Studies.NAME);
    private Optional<SiteSession> session = Optional.empty();
    private FileRecords records;
    private FileInputs inputs;
    private EventLog events;
    private EgressLedger egress;

    /** @param key of its roster entry */
    TestSite(String name, Path directory, SigningKey key) {
        this.name = new SiteId(name);
        this.key = key;
        this.home = new Home(directory.resolve(name));
        this.trainer = trainer((plan, task) -> Map.of());
    }

    interface Payload {
        Map<String, double[]> of(Plan plan, Task task);
    }

    static LocalTrainer trainer(Payload payload) {
        return new LocalTrainer() {
            @Override
            public Map<String, double[]> run(
                    Plan plan, Task task, ModelState model, LocalData data) {
                return payload.of(plan, task);
            }

            @Override
            public void close() {}
        };
    }

    void policy(String text) {
        write(home.policy(), text);
    }

    void removePolicy() {
        try {
            Files.delete(home.policy());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    void pin(RosterDocument roster) {
        RosterPin.write(home, roster);
    }

    void grant(Digest plan, Grant.Standing standing) {
        Grants.write(
                home,
                plan,
                new Grant(
                        Grant.Kind.PLAN,
                        name + "/steward",
                        "coordinator",
                        plan.hex(),
                        NOW,
                        Optional.empty(),
                        standing));
    }

    /** Starts a process in the home; a second start is a restart. */
    TestSite start() {
        link = links.get();
        records = FileRecords.open(home);
        inputs = FileInputs.open(home);
        egress = EgressLedger.open(home.egress(), InstantSource.fixed(NOW));
        events = EventLog.open(home.events());
        var clock = InstantSource.fixed(NOW);
        var surroundings =
                new Surroundings(
                        new Surroundings.Who(name, key, clock, random),
                        home,
                        new Gate(home, name, events, clock),
                        new Surroundings.Storage(
                                records, inputs, egress, new SharedLedger(budgets)),
                        new Surroundings.Work(
                                data.orElseGet(OneDataset::new), trainer, arrayWordsMax),
                        link);
        var started = new SiteSession(surroundings, new Ending());
        session = Optional.of(started);
        started.start();
        welcome(NOW);
        return this;
    }

    void welcome(Instant clock) {
        link.inbox().welcomed(new CoordinatorBody.Welcome(clock, CoordinatorBody.Session.NEW));
    }

    /** A coordinator that restarted goes on with these jobs. */
    void welcomeBack(JobId... goesOn) {
        link.inbox()
                .welcomed(
                        new CoordinatorBody.Welcome(
                                NOW, CoordinatorBody.Session.NEW, new TreeSet<>(List.of(goesOn))));
    }

    @Override
    public void close() {
        session.ifPresent(SiteSession::close);
        session = Optional.empty();
        records.close();
        inputs.close();
        egress.close();
        events.close();
    }

    List<EgressLedger.Line> egress() {
        return EgressLedger.read(home.egress());
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private final class Ending implements Lifecycle {
        @Override
        public void connected() {}

        @Override
        public void lost() {}

        @Override
        public void ended(ConfideException reason) {
            end.complete(reason);
        }
    }

    private final class OneDataset implements SiteData {
        @Override
        public List<Target.Dataset> datasets() {
            return boundStudy
                    .map(study -> new Target.Dataset(name, "pbc", study, Sensitivity.SPECIAL))
                    .stream()
                    .toList();
        }

        @Override
        public List<String> columns(String study) {
            return List.of();
        }

        @Override
        public Optional<LocalData> bind(Study study, RowFaults faults) {
            whenDataIsBound.run();
            return boundStudy.filter(study.name()::equals).map(_ -> new Rows());
        }
    }

    private final class Rows implements LocalData {
        @Override
        public int rows() {
            return 0;
        }

        @Override
        public int features() {
            return 2;
        }

        @Override
        public float[] values() {
            whenValuesAreRead.run();
            return new float[0];
        }

        @Override
        public float[] labels() {
            return new float[0];
        }

        @Override
        public List<Digest> rowKeys() {
            return List.of();
        }

        @Override
        public Digest version() {
            return dataVersion;
        }

        @Override
        public Profile profile() {
            return new Profile(0, 0, List.of());
        }
    }
}
