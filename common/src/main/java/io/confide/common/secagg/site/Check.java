package io.confide.common.secagg.site;

/**
 * The checks of a site by their stable ids (PROTOCOL.md §3.4 has one paragraph for each).
 */
public enum Check {
    /** The proposal: pinned roster, own thresholds, fresh epoch and rounds. */
    K1("the proposal is not one this site agrees to"),
    /** All hellos: pinned keys, one epoch, own hello unchanged. */
    K2("the hellos do not fit the proposal and the roster"),
    /** All seeds: same transcript, commitments opened. */
    K3("the seeds do not open the commitments of the hellos"),
    /** All key encapsulations: signed, complete, the right ciphertexts. */
    K4("the key encapsulations are not those that the sites signed"),
    /** All dealings: the parts hash into what the dealers signed, every share fits. */
    K5("the dealt shares are not those that the dealers signed"),
    /** The summary of the set-up equals what this site saw. */
    K6("the summary of the set-up differs from what this site saw"),
    /** A quorum of the accepted sites confirmed exactly this epoch. */
    K7("no quorum of sites confirmed the epoch that this site knows"),
    /** An opening by the coordinator, of this epoch, for a round later than all before. */
    K8("the round does not follow from the epoch and the rounds before"),
    /** Deadline and cohort of an opening. */
    K9("the cohort is too small, leaves this site out, or the deadline is too far"),
    /** Model, configuration and codec are approved. */
    K10("model, configuration or codec is not approved"),
    /** Inputs are summed once. */
    K11("these inputs were uploaded before"),
    /** One context per round. */
    K12("the round was opened before with another content"),
    /** Statement and certificate under the context of this site. */
    K13("the context is not the one this site joined"),
    /** The set in the sum. */
    K14("the set of included sites is too small or not within the cohort"),
    /** Every included upload was made under exactly this context. */
    K15("an upload header is missing, not signed, or of another context"),
    /** The window rule of the sparse graph. */
    K16("the included sites leave a gap in the ring of sites"),
    /** Two sums of a job are over the same sites, or differ in many. */
    K17("the sum differs from an earlier one of this job by too few sites"),
    /** One statement per round. */
    K18("another statement was signed for this round"),
    /** A quorum signed the statement. */
    K19("no quorum of sites signed the statement"),
    /** The path without a vote: only where all uploaded, t = q, and the policy allows it. */
    K20("the path without a vote is not allowed here"),
    /** One reveal per round. */
    K21("shares of this round were revealed for another statement"),
    /** A site that never joined the round: what it is asked to help open. */
    K22("the certificate is not one that a site outside the round can help to open"),
    /** The shares of the round are overwritten. */
    K23("the round is over, its shares are overwritten"),
    /** The epoch belongs to a process that is gone. */
    K24("this process is not in that epoch"),
    /** Exact layouts and limits. */
    K25("the message does not have the one allowed form"),
    /** The result names the statement that was revealed for. */
    K26("the result is not about the statement this site revealed for"),
    /** A share is proved only if it was revealed (PROTOCOL.md §3.8). */
    R11("this site revealed no such share in the round"),
    /** A round that this site gave up. */
    K27("this site promised to answer nothing more in the round");

    private final String why;

    Check(String why) {
        this.why = why;
    }

    /** Returns the reason, a constant text: it never depends on data. */
    public String why() {
        return why;
    }
}
