package io.confide.coordinator.driver;

import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.SiteId;
import io.confide.coordinator.job.JobMachine;
import io.confide.coordinator.port.Decisions;
import io.confide.coordinator.port.FencedException;
import io.confide.coordinator.port.FencingToken;
import io.confide.coordinator.port.JobRecord;
import io.confide.coordinator.port.Views.JobView;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Function;

/** The thread of one running job: takes its mail one by one, commits after each batch, and turns any failure into the job's. */
final class JobDriver {
    private static final Logger LOG = LoggerFactory.getLogger(JobDriver.class);
    private static final int MAIL_MAX = 1 << 16;
    private static final int BATCH_MAX = 256;

    /** A commit that takes longer has waited for a database that was away. */
    private static final Duration STANDSTILL = Duration.ofSeconds(1);

    private final BlockingQueue<Mail> mailbox = new ArrayBlockingQueue<>(MAIL_MAX);
    private final JobParts parts;
    private final JobPublisher publisher;
    private final JobRunner job;
    private final MailSorter sorter;
    private final Runnable beginning;
    private Life life = Life.NEW;

    private enum Life {
        NEW,
        BEGUN,
        OVER,
        /** Another coordinator leads the job. */
        LED_ELSEWHERE
    }

    /**
     * @param token the lease of the job
     * @param beginning what is there when it begins
     */
    JobDriver(
            JobFacts facts,
            Shell shell,
            Decisions governor,
            FencingToken token,
            Beginning beginning) {
        var record = beginning.record();
        var settled = facts.settled(record);
        this.parts =
                new JobParts(
                        facts,
                        shell,
                        new Journal(shell.log(), facts.job(), token),
                        new EventFeed(shell.clock(), record.lastEvent()),
                        ModelHistory.of(facts.plan(), record, settled.groupsDone(), settled.next()),
                        settled,
                        new Processes(record.sites()),
                        new JobTimers(shell.timers(), this::post, shell.timers()::nanos));
        this.publisher = new JobPublisher(parts, beginning.seen());
        var before = JobMachine.start(facts.jobRules(), Collections.emptySortedSet()).next();
        this.job = new JobRunner(parts, governor, publisher, before);
        this.sorter = new MailSorter(parts, job);
        this.beginning =
                switch (beginning) {
                    case Beginning.Submitted(_, var processes) -> () -> job.begin(processes);
                    case Beginning.Interrupted(var seen, _) ->
                            () -> {
                                sorter.awaitReturns();
                                job.resume(Resumption.of(parts, record, seen.pausedBy()));
                            };
                };
    }

    /** Where the life of a driver starts: with the job, or in the middle of it. */
    sealed interface Beginning {
        /** What people see of the job. */
        JobView seen();

        /** What is durable of it. */
        JobRecord record();

        /** @param processes the boot id of a site that is connected, if it is known */
        record Submitted(JobView seen, Function<SiteId, Optional<Bytes>> processes)
                implements Beginning {
            @Override
            public JobRecord record() {
                return JobRecord.EMPTY;
            }
        }

        /** The coordinator restarted while the job ran. */
        record Interrupted(JobView seen, JobRecord record) implements Beginning {}
    }

    JobFacts facts() {
        return parts.facts();
    }

    EventFeed feed() {
        return parts.feed();
    }

    /** The round that takes inputs now; from any thread. */
    Optional<OpenInputs> openInputs() {
        return job.openInputs();
    }

    /** A model that sites may need now; from any thread. */
    Optional<Bytes> model(Digest hash) {
        return parts.models().bytes(hash);
    }

    /** What the newest process of each site that the job has met calls itself; from any thread. */
    SortedMap<SiteId, Bytes> processes() {
        return parts.processes().bootIds();
    }

    /** Puts mail into the mailbox; from any thread, never blocks. */
    void post(Mail mail) {
        if (!mailbox.offer(mail)) {
            LOG.error("event=mailbox-full job={}", facts().job());
        }
    }

    /** Runs the job to its end; returns it if it could not be recorded. */
    Optional<JobPublisher.Unrecorded> run() {
        return guarded(this::work);
    }

    /**
     * In place of {@link #run}, for whoever has no thread for it: begins, or handles the mail that is there, and does not wait
     * for more. Returns as {@code run}, once {@link #isOver}.
     */
    Optional<JobPublisher.Unrecorded> turn() {
        return guarded(
                () -> {
                    if (life == Life.NEW) {
                        begin();
                    } else {
                        Mail first = mailbox.poll();
                        if (first != null) {
                            batch(first);
                        }
                    }
                    if (!job.isLive() && !isOver()) {
                        life = Life.OVER;
                    }
                });
    }

    /** Whether there is nothing to handle now. */
    boolean isIdle() {
        return isOver() || (life == Life.BEGUN && mailbox.isEmpty());
    }

    /** Whether the job has ended here. */
    boolean isOver() {
        return life == Life.OVER || isLedElsewhere();
    }

    /** Whether it goes on under another coordinator. */
    boolean isLedElsewhere() {
        return life == Life.LED_ELSEWHERE;
    }

    private interface Work {
        void run() throws FencedException, InterruptedException;
    }

    private Optional<JobPublisher.Unrecorded> guarded(Work work) {
        try {
            work.run();
            return Optional.empty();
        } catch (FencedException e) {
            // Whoever leads the job now goes on with it, and with the keys of its sites: they hear
            // nothing of this.
            LOG.error("event=fenced job={}", facts().job());
            life = Life.LED_ELSEWHERE;
            job.stop();
            return Optional.empty();
        } catch (InterruptedException e) {
            // What is durable goes on when the coordinator is started again.
            life = Life.OVER;
            job.stop();
            return Optional.empty();
        } catch (ConfideException e) {
            LOG.error("event=job-broken job={} code={}", facts().job(), e.code(), e);
            return broken(e.sentence());
        } catch (RuntimeException e) {
            LOG.error("event=job-broken job={}", facts().job(), e);
            return broken(
                    "The coordinator made a mistake in this job. See its log and retry the job.");
        }
    }

    private void work() throws FencedException, InterruptedException {
        begin();
        while (job.isLive()) {
            batch(mailbox.take());
        }
    }

    private void begin() throws FencedException {
        life = Life.BEGUN;
        beginning.run();
        commit();
    }

    private void batch(Mail first) throws FencedException, InterruptedException {
        take(first);
        for (int more = 0; more < BATCH_MAX && job.isLive(); more++) {
            Mail next = mailbox.poll();
            if (next == null) {
                break;
            }
            take(next);
        }
        commit();
    }

    private void commit() throws FencedException {
        long begun = parts.shell().timers().nanos();
        parts.journal().flush();
        var taken = Duration.ofNanos(parts.shell().timers().nanos() - begun);
        if (taken.compareTo(STANDSTILL) > 0) {
            parts.timers().stoodStill(taken);
        }
    }

    private void take(Mail mail) throws InterruptedException {
        if (mail instanceof Mail.Stop) {
            throw new InterruptedException("the coordinator stops");
        }
        if (mail instanceof Mail.Rang(var pending)) {
            parts.timers().rang(pending).ifPresent(sorter::handle);
        } else {
            sorter.handle(mail);
        }
    }

    private Optional<JobPublisher.Unrecorded> broken(String sentence) {
        life = Life.OVER;
        job.stop();
        return publisher.broken(sentence);
    }
}
