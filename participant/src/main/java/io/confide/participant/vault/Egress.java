package io.confide.participant.vault;

/** What kinds of bytes leave a site. */
public enum Egress {
    /** Masked vectors: uniformly random without the other sites' keys. */
    MASKED_INPUT("masked inputs"),
    /** Shares of round secrets, given after a certificate only. */
    KEY_SHARES("key shares"),
    /** Signatures and upload headers. */
    SIGNATURES("signatures"),
    /** Keys, encrypted shares and hashes of an epoch's set-up. */
    SET_UP("set-up"),
    /** Verdicts on plans, progress and refusals. */
    ANSWERS("answers");

    private final String words;

    Egress(String words) {
        this.words = words;
    }

    /** For people. */
    public String words() {
        return words;
    }
}
