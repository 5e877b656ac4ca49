package io.confide.common.secagg.server;

import io.confide.common.secagg.SignedBody;

import java.util.List;

/**
 * A site that is at fault for what could not be rebuilt (PROTOCOL.md §3.8, R11), with the signed bytes that show it to
 * anybody.
 *
 * @param site roster index
 */
public record Fault(int site, Kind kind, List<SignedBody> evidence) {
    public Fault {
        evidence = List.copyOf(evidence);
    }

    /** What the site did. */
    public enum Kind {
        /** It revealed a share that its dealer did not deal. */
        WRONG_SHARE("revealed a wrong share"),
        /** What it dealt in the key set-up does not fit together: its shares, its blob or its pair seeds. */
        WRONG_DEAL("dealt wrong secrets in the key set-up");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        /** What the site did, for people. */
        public String words() {
            return words;
        }
    }
}
