package io.confide.common.wire;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * One side of a session that outlives its connections: every numbered body reaches the peer once and
 * in order, however often the connection breaks. Pure bookkeeping: no clock, no socket; not safe for
 * concurrent use.
 *
 * <p>A connection begins with the site's Greeting and the coordinator's Welcome. If the session is
 * RESUMED, each side gives the other's first frame to {@link #receive} (its acknowledgement empties
 * the queue) and then sends {@link #unacknowledged()} again. If it is NEW, both throw the old session
 * away and do not look at the acknowledgement of that first frame. A site that was elsewhere since
 * begins with {@link #anew} and so is never resumed.
 */
public final class ReliableSession<O, I> {
    private final Predicate<O> unnumbered;
    private final ArrayDeque<Sent<O>> waiting = new ArrayDeque<>();
    private long lastSent;
    private long lastAcknowledged;
    private long lastReceived;
    private int unanswered;

    private ReliableSession(Predicate<O> unnumbered) {
        this.unnumbered = unnumbered;
    }

    /** Returns a new session as a site sees it. */
    public static ReliableSession<SiteBody, CoordinatorBody> ofSite() {
        return new ReliableSession<>(
                body ->
                        switch (body) {
                            case SiteBody.Greeting _, SiteBody.Progress _, SiteBody.Acknowledge _ ->
                                    true;
                            case SiteBody.PlanAnswer _, SiteBody.Declined _, SiteBody.Protocol _ ->
                                    false;
                        });
    }

    /** Returns a new session as the coordinator sees it. */
    public static ReliableSession<CoordinatorBody, SiteBody> ofCoordinator() {
        return new ReliableSession<>(
                body ->
                        switch (body) {
                            case CoordinatorBody.Welcome _, CoordinatorBody.Acknowledge _ -> true;
                            case CoordinatorBody.PlanOffer _,
                                    CoordinatorBody.JobEnded _,
                                    CoordinatorBody.Protocol _ ->
                                    false;
                        });
    }

    /**
     * Returns the frame that carries {@code body}. A numbered one is kept until the peer acknowledges
     * it, so without a connection the frame may simply be dropped.
     *
     * @throws SessionFullException if {@link WireLimits#UNACKNOWLEDGED_MAX} frames wait; the session
     *     cannot go on and its peer has to start a new one
     */
    public Frame<O> send(O body) throws SessionFullException {
        if (unnumbered.test(body)) {
            unanswered = 0;
            return new Frame<>(0, lastReceived, body);
        }
        if (waiting.size() >= WireLimits.UNACKNOWLEDGED_MAX) {
            throw new SessionFullException();
        }
        unanswered = 0;
        lastSent++;
        waiting.add(new Sent<>(lastSent, body));
        return new Frame<>(lastSent, lastReceived, body);
    }

    /**
     * Returns the first frame of a connection that must begin a NEW session, whatever the peer still holds: it acknowledges what
     * nobody can have sent, which breaks an older session. A site needs it at another member of its coordinator: that one may
     * remember the site from before, and resuming would take new frames for old ones.
     */
    public Frame<O> anew(O body) {
        return new Frame<>(0, Long.MAX_VALUE, body);
    }

    /** Takes a frame of the peer and says what to do with it. */
    public Received<I> receive(Frame<I> frame) {
        if (frame.acknowledged() > lastSent) {
            return new Received.Broken<>(
                    "frame %d was acknowledged, but only %d were sent"
                            .formatted(frame.acknowledged(), lastSent));
        }
        forget(frame.acknowledged());
        if (frame.sequence() == 0) {
            return new Received.Deliver<>(frame.body());
        }
        if (frame.sequence() <= lastReceived) {
            unanswered++;
            return new Received.Duplicate<>();
        }
        if (frame.sequence() != lastReceived + 1) {
            return new Received.Broken<>(
                    "frame %d came after frame %d".formatted(frame.sequence(), lastReceived));
        }
        lastReceived = frame.sequence();
        unanswered++;
        return new Received.Deliver<>(frame.body());
    }

    /** Returns what has to be sent again on a new connection, in order. */
    public List<Frame<O>> unacknowledged() {
        var frames = new ArrayList<Frame<O>>(waiting.size());
        for (var sent : waiting) {
            frames.add(new Frame<>(sent.sequence(), lastReceived, sent.body()));
        }
        unanswered = waiting.isEmpty() ? unanswered : 0;
        return frames;
    }

    /** Returns how many numbered frames came since the last frame of ours: what an Acknowledge would say. */
    public int unanswered() {
        return unanswered;
    }

    private void forget(long acknowledged) {
        if (acknowledged <= lastAcknowledged) {
            return;
        }
        lastAcknowledged = acknowledged;
        while (!waiting.isEmpty() && waiting.element().sequence() <= acknowledged) {
            waiting.remove();
        }
    }

    private record Sent<O>(long sequence, O body) {}
}
