package io.confide.coordinator.port;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.ContextFields;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.Roster;
import io.confide.common.secagg.SignedBody;
import io.confide.coordinator.port.Views.RoundView;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was signed in a round that has ended (PROTOCOL.md §3.3): the exact bytes, so that whoever has the roster can check
 * them without asking anybody. Hashes of masked inputs are in it, inputs never are.
 *
 * @param threshold shares that open a secret
 * @param quorum signatures that a vote needs
 * @param opened by the coordinator's clock
 * @param open the Open, signed by the coordinator
 * @param context what the Open binds: job, epoch, round, model, configuration, codec and U1
 * @param uploads the header of each site of U3, or whose input was in the sum when the round ended, signed by that site
 * @param statement S_r: who is in the sum; empty if the round ended before that was fixed, or no roster is kept
 * @param signatures of S_r, each by its site; none where no vote was needed
 * @param result how the round ended, signed by the coordinator
 * @param roster whose keys check all of it
 * @param parts what is in here and what is not
 */
public record RoundEvidence(
        JobId job,
        RoundView view,
        Certificate certificate,
        int threshold,
        int quorum,
        Instant opened,
        Instant ended,
        SignedBody open,
        ContextFields context,
        SortedMap<SiteId, SignedBody> uploads,
        Optional<Bytes> statement,
        SortedMap<SiteId, Bytes> signatures,
        Optional<SignedBody> result,
        Optional<Roster> roster,
        List<Part> parts) {
    public RoundEvidence {
        uploads = Collections.unmodifiableSortedMap(new TreeMap<>(uploads));
        signatures = Collections.unmodifiableSortedMap(new TreeMap<>(signatures));
        parts = List.copyOf(parts);
    }

    /** What lets sites open the sum: the one that was decided, whether or not anybody saw it. */
    public enum Certificate {
        /** At least a quorum signed S_r. */
        VOTED,
        /** Everybody of U1 is in the sum, so there was one possible list and no vote. */
        FAST,
        /** The round ended without one. */
        NONE,
        /** What is kept of the round does not tell. */
        UNKNOWN
    }

    /** A part of a round's evidence, and whether the coordinator keeps it; {@code why} is a sentence. */
    public record Part(String name, Keeping kept, String why) {}

    /** Whether something is still there. */
    public enum Keeping {
        KEPT,
        NOT_KEPT
    }

    /** The Result, read. */
    public Optional<ResultBody> outcome() {
        return result.flatMap(signed -> ResultBody.parse(signed.body()));
    }

    /** The model that this round made; empty if it changed none. */
    public Optional<Digest> modelAfter() {
        return outcome().map(ResultBody::newModelHash).filter(hash -> !hash.equals(Digest.ZERO));
    }
}
