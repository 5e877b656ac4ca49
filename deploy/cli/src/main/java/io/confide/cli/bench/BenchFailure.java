package io.confide.cli.bench;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.secagg.SecAggPolicy;

/** The sentences for what cannot end with a sum. */
final class BenchFailure {
    private BenchFailure() {}

    /** The protocol itself refused because too few sites were left. */
    static ConfideException tooFew(Workload workload, SecAggPolicy policy, String what) {
        return new ConfideException(
                ErrorCode.PROTOCOL,
                ("%s: %d of %d sites are left after %d were lost at %s, and %d are needed. Choose a"
                                + " smaller --dropout or fewer --colluders.")
                        .formatted(
                                what,
                                workload.sites() - workload.lost(),
                                workload.sites(),
                                workload.lost(),
                                workload.lostAt().word(),
                                policy.floor()));
    }

    /** Something that honest parties never do. */
    static IllegalStateException broken(String what, Object answer) {
        return new IllegalStateException(what + ": " + answer);
    }
}
