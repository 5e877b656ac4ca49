package io.confide.participant.privacy;

import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.secagg.LedgerHead;
import io.confide.participant.port.PrivacyLedger;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Writes down what it is asked and pays for so many commits. */
public final class CountingLedger implements PrivacyLedger {
    /** What was reserved, committed and released, in order. */
    public final List<Terms> reserved = Collections.synchronizedList(new ArrayList<>());

    public final List<Commit> commits = Collections.synchronizedList(new ArrayList<>());
    public final List<JobId> released = Collections.synchronizedList(new ArrayList<>());
    public Runnable whenAskedToPay = () -> {};
    public LedgerHead head = LedgerHead.START;
    private final Verdict reservations;
    private final int pays;

    private CountingLedger(Verdict reservations, int pays) {
        this.reservations = reservations;
        this.pays = pays;
    }

    /** One commit that was paid. */
    public record Commit(JobId job, long round, Digest input) {}

    public static CountingLedger paying(int commits) {
        return new CountingLedger(new Verdict.Granted(), commits);
    }

    public static CountingLedger refusing(String why) {
        return new CountingLedger(new Verdict.Refused(why), 0);
    }

    @Override
    public Verdict reserve(Terms terms) {
        reserved.add(terms);
        return reservations;
    }

    @Override
    public Verdict commit(JobId job, long round, Digest input) {
        whenAskedToPay.run();
        if (commits.size() == pays) {
            return new Verdict.Refused("spent: 3.0 of 3.0");
        }
        commits.add(new Commit(job, round, input));
        return new Verdict.Granted();
    }

    @Override
    public void release(JobId job) {
        released.add(job);
    }

    @Override
    public LedgerHead head() {
        return head;
    }

    @Override
    public void close() {}
}
