package io.confide.common.wire;

/**
 * One message of a session.
 *
 * @param sequence counts this sender's frames of the session from 1; 0 marks a frame that is not
 *     retransmitted
 * @param acknowledged the highest sequence received from the peer without a gap
 */
public record Frame<B>(long sequence, long acknowledged, B body) {
    public Frame {
        if (sequence < 0 || acknowledged < 0) {
            throw new IllegalArgumentException("sequence numbers are not negative");
        }
    }
}
