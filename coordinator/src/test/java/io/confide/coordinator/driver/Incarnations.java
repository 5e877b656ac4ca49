package io.confide.coordinator.driver;

import io.confide.common.governance.EventLog;
import io.confide.common.model.JobId;
import io.confide.common.model.ModelState;
import io.confide.common.model.Plan;
import io.confide.coordinator.aggregate.FileInputStaging;
import io.confide.coordinator.app.ScheduledTimers;
import io.confide.coordinator.port.FencingToken;
import io.confide.coordinator.port.InMemoryEnrolments;
import io.confide.coordinator.port.InMemoryRoundLog;
import io.confide.coordinator.port.JobRecord;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.RoundLog;
import io.confide.coordinator.port.Views.JobView;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** One coordinator process after another over the same journal, and sites that outlive them. */
final class Incarnations implements AutoCloseable {
    static final JobId JOB = new JobId(new UUID(9, 9));
    static final Duration BOUND = Duration.ofSeconds(30);

    /** As short as repeating, which changes nothing, allows; who is waited for is waited for long. */
    private static final DriverTimes TIMES =
            new DriverTimes(
                    Duration.ofMillis(20),
                    Duration.ofMillis(1500),
                    Duration.ofMillis(20),
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(5));

    final SimSites sites;
    final InMemoryRoundLog log = new InMemoryRoundLog();
    private final Path directory;
    private final JobFacts facts;
    private final EventLog events;
    private final List<ScheduledTimers> timers = new ArrayList<>();
    private final DriverTimes times;
    private final UnaryOperator<RoundLog> flaw;
    private Jobs running;

    /** @param flaw what is wrong with the journal of every process; nothing, if it returns its argument */
    Incarnations(int n, Plan plan, Path directory, UnaryOperator<RoundLog> flaw) throws Exception {
        this(n, plan, directory, flaw, TIMES);
    }

    Incarnations(int n, Plan plan, Path directory, UnaryOperator<RoundLog> flaw, DriverTimes times)
            throws Exception {
        this.sites = new SimSites(n, 1);
        this.directory = Files.createDirectories(directory);
        this.facts = JobFacts.of(JOB, plan, sites.roster, "ada");
        this.events = EventLog.open(directory.resolve("events.jsonl"));
        this.flaw = flaw;
        this.times = times;
    }

    private Jobs process(RoundLog journal) {
        var clock = InstantSource.system();
        var ticking = new ScheduledTimers();
        timers.add(ticking);
        return new Jobs(
                new Shell(
                        sites,
                        ticking,
                        clock,
                        new FileInputStaging(directory.resolve("staging")),
                        journal,
                        sites.coordinatorKey,
                        times),
                new Governor(events, clock),
                new SiteDirectory(sites, new InMemoryEnrolments(), clock));
    }

    private FencingToken lease() {
        return log.take(JOB, "home", Duration.ofSeconds(10)).orElseThrow();
    }

    /** The first process; every site is connected when the job begins. */
    void start(UnaryOperator<RoundLog> journal) {
        var jobs = process(journal.apply(flaw.apply(log)));
        sites.attach(jobs);
        sites.connectAll();
        jobs.start(facts, lease(), Consortium.submitted(facts));
        running = jobs;
    }

    /** The process is gone with its memory and its connections; returns what it leaves. */
    JobRecord kill() {
        sites.coordinatorDies();
        timers.getLast().close();
        return log.recall(JOB);
    }

    /** The next process, which every living site finds. */
    void restart(UnaryOperator<RoundLog> journal) {
        takeUp(journal);
        sites.comeBack();
    }

    /** The next process, which every site finds but {@code gone}. */
    void restartWithout(SimSite gone) {
        takeUp(journal -> journal);
        sites.comeBackWithout(gone);
    }

    JobFacts facts() {
        return facts;
    }

    private void takeUp(UnaryOperator<RoundLog> journal) {
        var jobs = process(journal.apply(flaw.apply(log)));
        jobs.resume(facts, lease(), view(), log.recall(JOB));
        sites.attach(jobs);
        running = jobs;
    }

    void await() {
        await(BOUND);
    }

    void await(Duration bound) {
        running.await(JOB, bound);
    }

    boolean hasEnded() {
        return view().ended().isPresent();
    }

    JobView view() {
        var views = entries(LogEntry.JobChanged.class);
        return views.isEmpty() ? Consortium.submitted(facts) : views.getLast().view();
    }

    List<ModelState> models() {
        return entries(LogEntry.ModelMade.class).stream()
                .map(made -> ModelState.parse(made.state()))
                .toList();
    }

    <E extends LogEntry> List<E> entries(Class<E> type) {
        return log.all(JOB).stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Override
    public void close() {
        sites.coordinatorDies();
        sites.close();
        timers.forEach(ScheduledTimers::close);
        events.close();
    }
}
