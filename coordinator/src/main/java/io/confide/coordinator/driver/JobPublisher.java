package io.confide.coordinator.driver;

import io.confide.common.wire.CoordinatorBody;
import io.confide.coordinator.job.JobState;
import io.confide.coordinator.port.FencedException;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.Views.JobView;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.HashMap;
import java.util.Map;

/** What people and sites learn of one job: its page, its history and its end, each once it is durable. */
final class JobPublisher {
    private static final Logger LOG = LoggerFactory.getLogger(JobPublisher.class);

    private final JobParts parts;
    private final JobPage page;
    private JobView noted;
    private volatile JobView view;

    /** @param first what people see before anything has happened */
    JobPublisher(JobParts parts, JobState first) {
        var clock = parts.shell().clock();
        this.parts = parts;
        this.page = new JobPage(parts.facts(), clock, clock.instant());
        this.noted = page.view(first);
        this.view = noted;
    }

    /** What people see now; from any thread. */
    JobView view() {
        return view;
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
        parts.journal().afterwards(() -> view = next);
        if (next.state() != before.state() || !next.reason().equals(before.reason())) {
            var data = new HashMap<String, Object>();
            data.put("state", next.state().name());
            next.reason().ifPresent(reason -> data.put("reason", reason));
            parts.feed().keep(parts.journal(), "state", data);
        }
    }

    /** Puts the numbers of the newest evaluation on the page, if they are new. */
    void measured() {
        parts.models()
                .report()
                .map(report -> report.numbers())
                .filter(numbers -> !numbers.equals(page.metrics()))
                .ifPresent(
                        numbers -> {
                            page.measured(numbers);
                            parts.feed().keep(parts.journal(), "metrics", Map.copyOf(numbers));
                        });
    }

    /** The job has ended as its page says. */
    void ended() {
        parts.feed().keep(parts.journal(), "ended", Map.of("state", noted.state().name()));
        parts.journal().reveal(this::tellSites);
        LOG.info("event=job-ended job={} state={}", parts.facts().job(), noted.state());
    }

    /** The job cannot go on and perhaps nothing can be written: whoever can be told is told. */
    void broken(JobState.Failed end) {
        parts.journal().clear();
        noted = page.view(end);
        view = noted;
        parts.journal().note(new LogEntry.JobChanged(view));
        parts.journal().hurry();
        try {
            parts.journal().flush();
        } catch (FencedException | RuntimeException e) {
            LOG.error("event=failure-not-recorded job={}", parts.facts().job(), e);
        }
        tellSites();
        parts.feed().pass("ended", Map.of("state", view.state().name(), "reason", end.sentence()));
    }

    private void tellSites() {
        var facts = parts.facts();
        var ended = new CoordinatorBody.JobEnded(facts.job(), JobEnd.words(view));
        facts.jobRules().roster().forEach(site -> parts.shell().sites().send(site, ended));
    }
}
