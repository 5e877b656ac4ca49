package io.confide.coordinator.driver;

import io.confide.common.wire.CoordinatorBody;
import io.confide.coordinator.job.JobState;
import io.confide.coordinator.port.FencedException;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.Views.EventView;
import io.confide.coordinator.port.Views.JobView;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What people and sites learn of one job: its page, its history and its end, each once it is durable. */
final class JobPublisher {
    private static final Logger LOG = LoggerFactory.getLogger(JobPublisher.class);

    private final JobParts parts;
    private final JobPage page;
    private JobView noted;
    private JobView durable;

    /** @param seen what people see of the job now */
    JobPublisher(JobParts parts, JobView seen) {
        this.parts = parts;
        this.page = new JobPage(parts.facts(), parts.shell().clock(), seen);
        this.noted = seen;
        this.durable = seen;
    }

    /** Notes what people see of {@code state}, if it changed; a new phase is an event as well. */
    void changed(JobState state) {
        var next = page.view(state);
        var before = noted;
        if (next.equals(before)) {
            return;
        }
        noted = next;
        parts.journal().note(new LogEntry.JobChanged(next));
        parts.journal().afterwards(() -> durable = next);
        if (next.state() != before.state() || !next.reason().equals(before.reason())) {
            var data = new HashMap<String, Object>();
            data.put("state", next.state().name());
            next.reason().ifPresent(reason -> data.put("reason", reason));
            parts.feed().keep(parts.journal(), "state", data);
        }
    }

    /** Puts the numbers of the newest evaluation on the page, if {@code round} made them new. */
    void measured(long round) {
        parts.models()
                .report()
                .map(report -> report.numbers())
                .filter(numbers -> !numbers.equals(page.metrics()))
                .ifPresent(
                        numbers -> {
                            page.measured(numbers);
                            var data = new HashMap<String, Object>(numbers);
                            data.put("round", round);
                            parts.feed().keep(parts.journal(), "metrics", data);
                        });
    }

    /** The job has ended as its page says. */
    void ended() {
        parts.feed().keep(parts.journal(), "ended", Map.of("state", noted.state().name()));
        parts.journal().reveal(this::tellSites);
        LOG.info("event=job-ended job={} state={}", parts.facts().job(), noted.state());
    }

    /**
     * The job cannot go on and perhaps nothing can be written: whoever can be told is told. What people saw last was
     * durable, so the job ends where that stands.
     *
     * @return the end, if it could not be recorded and this process is the only one that knows it
     */
    Optional<Unrecorded> broken(String sentence) {
        var journal = parts.journal();
        var data = Map.<String, Object>of("state", "FAILED", "reason", sentence);
        durable = durable.failed(sentence, parts.shell().clock().instant());
        journal.clear();
        journal.note(new LogEntry.JobChanged(durable));
        parts.feed().keep(journal, "ended", data);
        try {
            journal.flush();
            tellSites();
            return Optional.empty();
        } catch (FencedException e) {
            // Whoever leads the job now goes on with it.
            LOG.error("event=failure-not-recorded job={} why=fenced", parts.facts().job());
            return Optional.empty();
        } catch (RuntimeException e) {
            LOG.error("event=failure-not-recorded job={}", parts.facts().job(), e);
            tellSites();
            return Optional.of(new Unrecorded(durable, parts.feed().showUnkept("ended", data)));
        }
    }

    /** How a job ended of which the database still says that it runs. */
    record Unrecorded(JobView view, EventView ended) {}

    private void tellSites() {
        var facts = parts.facts();
        var ended = new CoordinatorBody.JobEnded(facts.job(), JobEnd.words(durable));
        facts.jobRules().roster().forEach(site -> parts.shell().sites().send(site, ended));
    }
}
