package io.confide.common.secagg.site;

import io.confide.common.secagg.ResultBody;

/** How a round ended, as the signed Result says (PROTOCOL.md §3.3). */
public enum RoundOutcome {
    DONE,
    TOO_FEW,
    NO_QUORUM,
    NO_SHARES,
    INTEGRITY,
    LEADER;

    static RoundOutcome of(ResultBody.Status status) {
        return switch (status) {
            case DONE -> DONE;
            case TOO_FEW -> TOO_FEW;
            case NO_QUORUM -> NO_QUORUM;
            case NO_SHARES -> NO_SHARES;
            case INTEGRITY -> INTEGRITY;
            case LEADER -> LEADER;
        };
    }
}
