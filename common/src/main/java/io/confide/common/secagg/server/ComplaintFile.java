package io.confide.common.secagg.server;

import io.confide.common.model.Digest;
import io.confide.common.secagg.ComplaintBody;
import io.confide.common.secagg.NeighbourGraph;
import io.confide.common.secagg.RosterKeys;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.server.Acceptance.Reason;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The complaints of one set-up (PROTOCOL.md §3.4, K6): kept as they were signed, never judged. Only the accuser can tell. */
public final class ComplaintFile {
    private final List<Complaint> complaints = new ArrayList<>();

    /** A complaint and the signed bytes that prove who made it. */
    public record Complaint(ComplaintBody body, SignedBody signed) {}

    /** What is wrong with complaints that {@code accuser} sends about distinct neighbours; empty if nothing. */
    static Optional<Reason> check(
            int accuser,
            List<SignedBody> signed,
            Digest t1,
            NeighbourGraph graph,
            RosterKeys keys) {
        var accused = new TreeSet<Integer>();
        for (SignedBody each : signed) {
            Optional<ComplaintBody> body = ComplaintBody.parse(each.body());
            if (body.isEmpty() || !accused.add(body.get().accused())) {
                return Optional.of(Reason.MALFORMED);
            }
            boolean ofThisAttempt =
                    body.get().accuser() == accuser
                            && body.get().t1().equals(t1)
                            && graph.neighbours(accuser).contains(body.get().accused());
            if (!ofThisAttempt) {
                return Optional.of(Reason.OTHER_CONTEXT);
            }
            if (!keys.isBySite(accuser, each)) {
                return Optional.of(Reason.BAD_SIGNATURE);
            }
        }
        return Optional.empty();
    }

    /** Keeps what passed {@link #check}. */
    void keep(Collection<SignedBody> signed) {
        for (SignedBody each : signed) {
            ComplaintBody.parse(each.body())
                    .ifPresent(body -> complaints.add(new Complaint(body, each)));
        }
    }

    List<Complaint> all() {
        return List.copyOf(complaints);
    }

    List<SignedBody> signed() {
        return complaints.stream().map(Complaint::signed).toList();
    }

    List<ComplaintBody> bodies() {
        return complaints.stream().map(Complaint::body).toList();
    }

    /** The sites that {@code signed} are about. */
    static Set<Integer> accused(Collection<SignedBody> signed) {
        var accused = new TreeSet<Integer>();
        signed.forEach(
                each ->
                        ComplaintBody.parse(each.body())
                                .ifPresent(body -> accused.add(body.accused())));
        return accused;
    }
}
