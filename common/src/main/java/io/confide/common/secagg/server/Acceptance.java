package io.confide.common.secagg.server;

/** What became of one message of a site. Repeating an accepted message is accepted and changes nothing. */
public sealed interface Acceptance {
    /** Verified and kept. */
    record Accepted() implements Acceptance {}

    /** Not used; nothing changed. */
    record Rejected(Reason reason) implements Acceptance {}

    /** Why a message was not used. */
    enum Reason {
        /** The site is not asked for this message, in this step or at all. */
        UNEXPECTED,
        /** A body is not in its one allowed form, or parts of it are missing. */
        MALFORMED,
        /** A body is about another job, epoch, round, transcript, context or site. */
        OTHER_CONTEXT,
        /** The signature is not that of the site's roster key over exactly the body. */
        BAD_SIGNATURE,
        /** Bytes do not hash to what the site signed. */
        WRONG_HASH,
        /** The site sent something else before. */
        CONFLICT
    }
}
