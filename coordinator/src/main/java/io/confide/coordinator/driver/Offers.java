package io.confide.coordinator.driver;

import io.confide.common.model.SiteId;
import io.confide.common.wire.CoordinatorBody;

import java.util.SortedSet;

/** Offers the plan of a job to sites, and again to those that do not decide: an offer or its answer may be lost on the way. */
final class Offers {
    private static final int DOUBLINGS_MAX = 20;
    private static final int NOBODY_ASKS = 0;

    private final JobParts parts;

    /** How often the plan has been offered again when it is offered next. */
    private int next = NOBODY_ASKS;

    Offers(JobParts parts) {
        this.parts = parts;
    }

    void offer(SiteId site) {
        send(site);
        if (next != 1) {
            schedule(1);
        }
    }

    /**
     * Offers again, in pauses that double: whoever has to ask a person answers after hours.
     *
     * @param times of which alarm; one that another has replaced does nothing
     * @param undecided who is here and has not decided
     */
    void again(int times, SortedSet<SiteId> undecided) {
        if (times != next) {
            return;
        }
        undecided.forEach(this::send);
        if (undecided.isEmpty()) {
            next = NOBODY_ASKS;
        } else {
            schedule(times + 1);
        }
    }

    private void schedule(int times) {
        next = times;
        var pause = parts.shell().times().reask();
        parts.after(
                pause.multipliedBy(1L << Math.min(times - 1, DOUBLINGS_MAX)),
                new Mail.OfferAgain(times));
    }

    private void send(SiteId site) {
        var facts = parts.facts();
        var offer = new CoordinatorBody.PlanOffer(facts.job(), facts.planBytes());
        parts.journal().reveal(() -> parts.shell().sites().send(site, offer));
    }
}
