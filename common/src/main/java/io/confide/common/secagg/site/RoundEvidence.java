package io.confide.common.secagg.site;

import io.confide.common.secagg.SignedBody;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What the coordinator signed in one round and this site followed, and what contradicts it: that goes to the evidence log. */
final class RoundEvidence {
    /** What two bodies signed by the coordinator prove; the headers and signatures beside them do not count. */
    private static final Set<Check> PROVEN_BY_SIGNATURES =
            EnumSet.of(Check.K13, Check.K14, Check.K16, Check.K17, Check.K18, Check.K20, Check.K21);

    private static final int REPORTS_MAX = 16;

    private final SiteSetting setting;
    private final long round;
    private SignedBody followed;
    private int reported;

    /** A step that may refuse what the coordinator asks. */
    interface Step<T> {
        T take() throws RefusedException;
    }

    RoundEvidence(SiteSetting setting, long round, SignedBody opening) {
        this.setting = setting;
        this.round = round;
        this.followed = opening;
    }

    /** From now on this is what other messages are measured against. */
    void followed(SignedBody message) {
        followed = message;
    }

    /** Takes {@code step}; if it is refused for what {@code message} itself says, that is kept. */
    <T> T watched(SignedBody message, Step<T> step) throws RefusedException {
        try {
            return step.take();
        } catch (RefusedException e) {
            if (PROVEN_BY_SIGNATURES.contains(e.check())) {
                report(e.check(), message);
            }
            throw e;
        }
    }

    /** Keeps {@code message} beside what the coordinator signed before: together they prove what it did. */
    void report(Check check, SignedBody message) {
        if (reported < REPORTS_MAX && !message.equals(followed)) {
            reported++;
            setting.ports()
                    .records()
                    .recordEvidence(
                            new SiteRecords.Evidence(
                                    setting.job(), check, round, List.of(followed, message)));
        }
    }
}
