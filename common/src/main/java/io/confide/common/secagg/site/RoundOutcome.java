package io.confide.common.secagg.site;

/** How a round ended, as the signed Result says (PROTOCOL.md §3.3): the status byte is the ordinal. */
public enum RoundOutcome {
    DONE,
    TOO_FEW,
    NO_QUORUM,
    NO_SHARES,
    INTEGRITY,
    LEADER;
}
