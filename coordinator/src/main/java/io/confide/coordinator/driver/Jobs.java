package io.confide.coordinator.driver;

import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.wire.SiteBody;
import io.confide.coordinator.port.Decisions;
import io.confide.coordinator.port.FencingToken;
import io.confide.coordinator.port.JobDesk.Subscription;
import io.confide.coordinator.port.JobRecord;
import io.confide.coordinator.port.LocalJobs;
import io.confide.coordinator.port.SiteInbox;
import io.confide.coordinator.port.Views.DelaysView;
import io.confide.coordinator.port.Views.EventView;
import io.confide.coordinator.port.Views.JobView;
import io.confide.coordinator.port.Views.RunningView;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/** The jobs that run now. Never blocks a site's event loop. */
public final class Jobs implements LocalJobs, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);
    private static final Duration CLOSE_MAX = Duration.ofSeconds(5);

    private final Shell shell;
    private final Decisions governor;
    private final JobThreads threads;
    private final SiteDirectory directory;
    private final Map<JobId, RunningJob> running = new ConcurrentHashMap<>();
    private final KeyHolders keyHolders = new KeyHolders();
    private final SiteMail mail;
    private final Map<JobId, JobPublisher.Unrecorded> unrecorded = new ConcurrentHashMap<>();

    private volatile Intake intake = Intake.OPEN;

    private enum Intake {
        OPEN,
        CLOSED
    }

    private final Listeners listeners = new Listeners();

    /** Every job on a virtual thread of its own. */
    public Jobs(Shell shell, Decisions governor, SiteDirectory directory) {
        this(shell, governor, directory, JobThreads.VIRTUAL);
    }

    /** @param threads what runs the jobs */
    public Jobs(Shell shell, Decisions governor, SiteDirectory directory, JobThreads threads) {
        this.shell = shell;
        this.governor = governor;
        this.directory = directory;
        this.threads = threads;
        this.mail = new SiteMail(shell, directory, keyHolders, running);
    }

    /** Starts a job on a thread of its own; {@code token} is its lease, {@code seen} what people see of it. */
    void start(JobFacts facts, FencingToken token, JobView seen) {
        launch(facts, token, new JobDriver.Beginning.Submitted(seen, directory::bootId));
    }

    /** Takes up a job that ran when the coordinator stopped, or at another process that leads it no more. */
    public void resume(JobFacts facts, FencingToken token, JobView seen, JobRecord record) {
        keyHolders.resumed(facts.job(), record);
        LOG.info("event=job-resumed job={} rounds={}", facts.job(), seen.roundsDone());
        launch(facts, token, new JobDriver.Beginning.Interrupted(seen, record));
        Optional.ofNullable(running.get(facts.job())).ifPresent(mail::introduceAll);
    }

    private void launch(JobFacts facts, FencingToken token, JobDriver.Beginning beginning) {
        if (intake == Intake.CLOSED) {
            throw new ConfideException(
                    ErrorCode.CONFLICT, "The coordinator is stopping; submit the job again later.");
        }
        var driver = new JobDriver(facts, shell, governor, token, beginning);
        var over = new CompletableFuture<Mail.Heard>();
        var underway = new Underway(facts.job(), facts.jobRules().roundsMax());
        driver.feed().subscribe(directory.delays().follow());
        driver.feed().subscribe(underway);
        driver.feed().subscribe(event -> listeners.happened(facts.job(), event));
        var course =
                threads.prepare(
                        "job-" + facts.job(),
                        new JobTurns(driver, end -> ended(driver, end, over)));
        running.put(facts.job(), new RunningJob(driver, token, underway, course, over));
        course.start();
    }

    private void ended(
            JobDriver driver,
            Optional<JobPublisher.Unrecorded> end,
            CompletableFuture<Mail.Heard> over) {
        var job = driver.facts().job();
        end.ifPresent(unrecordable -> unrecorded.put(job, unrecordable));
        if (driver.isLedElsewhere()) {
            keyHolders.left(job, driver.processes());
        }
        running.remove(job);
        keyHolders.over(job);
        over.complete(unheard());
    }

    /** Tells every site that connects from now on that {@code job} is over. */
    public void interrupted(JobId job, String outcome) {
        mail.interrupted(job, outcome);
    }

    /** Asks a running job to end; DONE if it will. */
    Mail.Heard cancel(JobId job, String actor) {
        var found = find(job);
        if (found.isEmpty() || intake == Intake.CLOSED) {
            return unheard();
        }
        found.get().post(new Mail.Cancel(actor));
        return Mail.Heard.DONE;
    }

    /** Posts {@code request} to a running job; returns what becomes of it, at once if the job does not run. */
    CompletableFuture<Mail.Heard> ask(
            JobId job, Function<CompletableFuture<Mail.Heard>, Mail> request) {
        var found = running.get(job);
        if (found == null) {
            return CompletableFuture.completedFuture(unheard());
        }
        var heard = new CompletableFuture<Mail.Heard>();
        found.driver().post(request.apply(heard));
        return heard.applyToEither(found.over(), Function.identity());
    }

    /** Why a job hears nothing any more. */
    private Mail.Heard unheard() {
        return switch (intake) {
            case OPEN -> Mail.Heard.JOB_OVER;
            case CLOSED -> Mail.Heard.STOPPING;
        };
    }

    /** Waits at most {@code bound} for a running job to end. */
    void await(JobId job, Duration bound) {
        try {
            var found = running.get(job);
            if (found != null && !found.course().join(bound)) {
                LOG.warn("event=job-still-running job={}", job);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The end of a job that could not be recorded; known until the restart, which records one. */
    Optional<JobPublisher.Unrecorded> unrecorded(JobId job) {
        return Optional.ofNullable(unrecorded.get(job));
    }

    /** How far each running job is. */
    List<RunningView> running() {
        return running.values().stream().map(each -> each.underway().view()).toList();
    }

    Optional<Bytes> model(Digest hash) {
        return running.values().stream()
                .flatMap(each -> each.driver().model(hash).stream())
                .findFirst();
    }

    /** Also of a job that has not begun. */
    Subscription subscribe(JobId job, Consumer<EventView> listener) {
        // Before it is looked for: it may begin meanwhile.
        var later = listeners.addFor(job, listener);
        var driver = find(job);
        if (driver.isEmpty()) {
            return later;
        }
        later.close();
        return driver.get().feed().subscribe(listener);
    }

    /** Tells whoever listens of an event of a job that nobody runs. */
    void tell(JobId job, EventView event) {
        listeners.happened(job, event);
    }

    /** Whether {@code job} runs here. */
    boolean isLed(JobId job) {
        return running.containsKey(job);
    }

    /** Whether jobs may begin. */
    boolean isOpen() {
        return intake == Intake.OPEN;
    }

    private Optional<JobDriver> find(JobId job) {
        return Optional.ofNullable(running.get(job)).map(RunningJob::driver);
    }

    @Override
    public void connected(SiteId site, SiteBody.Greeting greeting, SiteInbox.Session session) {
        connected(site, greeting, session, goesOn(site, greeting.bootId()));
    }

    @Override
    public void connected(
            SiteId site,
            SiteBody.Greeting greeting,
            SiteInbox.Session session,
            SortedSet<JobId> goOn) {
        mail.connected(site, greeting, session, goOn);
    }

    @Override
    public void present(SiteId site, SiteBody.Greeting greeting) {
        mail.present(site, greeting);
    }

    @Override
    public void turnedAway(SiteId site, Duration ahead) {
        directory.turnedAway(site, ahead);
    }

    @Override
    public void lost(SiteId site) {
        mail.lost(site);
    }

    @Override
    public SortedSet<JobId> goesOn(SiteId site, Bytes bootId) {
        return keyHolders.goesOn(site, bootId, running::containsKey);
    }

    @Override
    public void received(SiteId site, SiteBody body) {
        mail.received(site, body);
    }

    @Override
    public SortedMap<SiteId, DelaysView> delays() {
        return directory.delays().all();
    }

    @Override
    public List<Led> led() {
        return running.entrySet().stream()
                .map(
                        each ->
                                new Led(
                                        each.getKey(),
                                        each.getValue().token(),
                                        each.getValue().driver().processes()))
                .toList();
    }

    @Override
    public Subscription listen(BiConsumer<JobId, EventView> listener) {
        return listeners.add(listener);
    }

    @Override
    public OptionalLong vectorBytes(JobId job, long round, SiteId site) {
        return find(job)
                .flatMap(JobDriver::openInputs)
                .filter(open -> open.round() == round && open.cohort().contains(site))
                .map(open -> OptionalLong.of(open.vectorBytes()))
                .orElse(OptionalLong.empty());
    }

    /** Stops every running job where it stands, within a bound; it goes on when the coordinator is started again. */
    @Override
    public void close() {
        intake = Intake.CLOSED;
        var ending = Map.copyOf(running);
        ending.values().forEach(each -> each.driver().post(new Mail.Stop()));
        // One bound for all: each of them may wait for the same database, or for other members.
        long end = System.nanoTime() + CLOSE_MAX.toNanos();
        ending.keySet()
                .forEach(job -> await(job, Duration.ofNanos(Math.max(0, end - System.nanoTime()))));
    }
}
