package io.confide.common.secagg;

import io.confide.common.crypto.Seed;
import io.confide.common.layout.Label;
import io.confide.common.layout.LayoutReader;
import io.confide.common.layout.LayoutWriter;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;

import java.util.Optional;

/**
 * What holder {@code site} shows of a share that it revealed (PROTOCOL.md §3.8, R11).
 *
 * @param sharePath path of the share leaf to shareRoot
 * @param rootPath path of the pair leaf to root4 of the dealer
 */
public record BlameAnswerBody(
        BlameBody question,
        int site,
        Bytes share,
        Bytes sharePath,
        Digest shareCiphertextHash,
        Digest ehRoot,
        Bytes rootPath) {
    public BlameAnswerBody {
        S1Body.requireLength("a share", Seed.BYTES, share);
    }

    /** L("blame-answer") ‖ the fields of the question ‖ u32 i ‖ share ‖ path ‖ SHA-256(shareCt) ‖ ehRoot ‖ path. */
    public Bytes bytes() {
        return question.writeTo(LayoutWriter.of(Label.BLAME_ANSWER))
                .u32(site)
                .raw(share)
                .raw(sharePath)
                .raw(shareCiphertextHash)
                .raw(ehRoot)
                .raw(rootPath)
                .toBytes();
    }

    /** Whether the share is the one that {@code dealer} signed for this holder, under {@code root4}. */
    public boolean isUnder(Digest root4) {
        byte[] leaf =
                SetupLayout.shareLeaf(
                        question.kind(), question.round().round(), site, share.unsafeArray());
        return Merkle.rootOf(leaf, sharePath)
                .flatMap(
                        shareRoot ->
                                Merkle.rootOf(
                                        SetupLayout.pairLeaf(
                                                question.about(),
                                                site,
                                                shareCiphertextHash,
                                                shareRoot,
                                                ehRoot),
                                        rootPath))
                .equals(Optional.of(root4));
    }

    /** The body of exactly these bytes; empty if they are malformed. */
    public static Optional<BlameAnswerBody> parse(Bytes body) {
        return LayoutReader.parse(body, Label.BLAME_ANSWER, BlameAnswerBody::read);
    }

    private static BlameAnswerBody read(LayoutReader in) {
        return new BlameAnswerBody(
                BlameBody.read(in),
                in.u32(),
                in.bytes(Seed.BYTES),
                Merkle.readPath(in),
                in.digest(),
                in.digest(),
                Merkle.readPath(in));
    }
}
