package io.confide.coordinator.driver;

import io.confide.common.model.JobId;
import io.confide.coordinator.port.FencedException;
import io.confide.coordinator.port.FencingToken;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.RoundLog;

import java.util.ArrayList;
import java.util.List;

/**
 * The group commit of one job: facts and what follows from them are collected while mail is handled; {@link #flush}
 * makes all facts durable in one transaction and then lets the effects out, in order. As long as nothing would become
 * visible, facts may wait for more of their kind: a round costs three commits, not one per message.
 */
final class Journal {
    private final RoundLog log;
    private final JobId job;
    private final FencingToken token;
    private List<LogEntry> facts = new ArrayList<>();
    private List<Runnable> effects = new ArrayList<>();
    private Urgency urgency = Urgency.CAN_WAIT;

    private enum Urgency {
        CAN_WAIT,
        NOW
    }

    Journal(RoundLog log, JobId job, FencingToken token) {
        this.log = log;
        this.job = job;
        this.token = token;
    }

    /** Adds a fact to the next commit. */
    void note(LogEntry fact) {
        facts.add(fact);
    }

    /** Adds inner work that must not happen before the facts so far are durable, but is in no hurry. */
    void afterwards(Runnable effect) {
        effects.add(effect);
    }

    /** Adds an effect that somebody waits for: the next {@link #flush} commits. */
    void reveal(Runnable effect) {
        effects.add(effect);
        urgency = Urgency.NOW;
    }

    /** Asks for a commit although nothing is to be seen, e.g. because too much waits in memory. */
    void hurry() {
        urgency = Urgency.NOW;
    }

    /**
     * Commits if something is urgent.
     *
     * @throws FencedException if another driver leads the job; no effect has happened
     * @throws io.confide.common.model.ConfideException if the facts could not be written; no effect has happened
     */
    void flush() throws FencedException {
        if (urgency == Urgency.CAN_WAIT) {
            return;
        }
        var writing = facts;
        var doing = effects;
        clear();
        if (!writing.isEmpty()) {
            log.append(job, token, writing);
        }
        doing.forEach(Runnable::run);
    }

    /** Forgets everything that is not durable yet. */
    void clear() {
        facts = new ArrayList<>();
        effects = new ArrayList<>();
        urgency = Urgency.CAN_WAIT;
    }
}
