package io.confide.common.wire;

import io.confide.common.model.Bytes;
import io.confide.common.secagg.LeafProof;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.VectorHash;
import io.confide.common.wire.v1.RoundReveal;
import io.confide.common.wire.v1.SetupDeal;
import io.confide.common.wire.v1.SiteFrame;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a site says in the secure aggregation protocol. */
final class SiteProtocolFrames {
    /** ML-KEM-768. */
    static final int CIPHERTEXT_BYTES = 1088;

    private SiteProtocolFrames() {}

    static void put(SiteMessage message, SiteFrame.Builder frame) {
        var job = Fields.raw(message.job());
        switch (message) {
            case SiteMessage.Hello hello ->
                    frame.getHelloBuilder().setJob(job).setS1(Fields.raw(hello.s1()));
            case SiteMessage.Seed seed ->
                    frame.getSeedBuilder().setJob(job).setS2(Fields.raw(seed.s2()));
            case SiteMessage.Kem kem ->
                    frame.getKemBuilder()
                            .setJob(job)
                            .setS3(Fields.raw(kem.s3()))
                            .addAllCiphertexts(Fields.rawBytes(kem.ciphertexts()));
            case SiteMessage.Deal deal -> put(deal, frame.getDealBuilder().setJob(job));
            case SiteMessage.Complaints complaints ->
                    frame.getComplaintsBuilder()
                            .setJob(job)
                            .addAllSigned(Fields.rawComplaints(complaints.signed()));
            case SiteMessage.Confirm confirm ->
                    frame.getConfirmBuilder().setJob(job).setS5(Fields.raw(confirm.s5()));
            case SiteMessage.Upload upload ->
                    frame.getUploadBuilder()
                            .setJob(job)
                            .setHeader(Fields.raw(upload.header()))
                            .setVector(Fields.raw(upload.vector()));
            case SiteMessage.Sign sign ->
                    frame.getSignBuilder()
                            .setJob(job)
                            .setRound(sign.round())
                            .setSignature(Fields.raw(sign.signature()));
            case SiteMessage.Reveal reveal -> put(reveal, frame.getRevealBuilder().setJob(job));
            case SiteMessage.Abort abort ->
                    frame.getAbortBuilder().setJob(job).setBody(Fields.raw(abort.body()));
            case SiteMessage.BlameAnswer answer ->
                    frame.getBlameAnswerBuilder().setJob(job).setBody(Fields.raw(answer.body()));
        }
    }

    static SiteMessage read(SiteFrame frame) throws WireException {
        return switch (frame.getBodyCase()) {
            case HELLO ->
                    new SiteMessage.Hello(
                            Fields.job(frame.getHello().getJob()),
                            Fields.signed(frame.getHello().getS1()));
            case SEED ->
                    new SiteMessage.Seed(
                            Fields.job(frame.getSeed().getJob()),
                            Fields.signed(frame.getSeed().getS2()));
            case KEM ->
                    new SiteMessage.Kem(
                            Fields.job(frame.getKem().getJob()),
                            Fields.signed(frame.getKem().getS3()),
                            Fields.bytesMap(frame.getKem().getCiphertextsList(), CIPHERTEXT_BYTES));
            case DEAL -> deal(frame.getDeal());
            case COMPLAINTS ->
                    new SiteMessage.Complaints(
                            Fields.job(frame.getComplaints().getJob()),
                            Fields.complaints(frame.getComplaints().getSignedList()));
            case CONFIRM ->
                    new SiteMessage.Confirm(
                            Fields.job(frame.getConfirm().getJob()),
                            Fields.signed(frame.getConfirm().getS5()));
            case UPLOAD ->
                    new SiteMessage.Upload(
                            Fields.job(frame.getUpload().getJob()),
                            Fields.signed(frame.getUpload().getHeader()),
                            Fields.vector(frame.getUpload().getVector()));
            case SIGN ->
                    new SiteMessage.Sign(
                            Fields.job(frame.getSign().getJob()),
                            Fields.counter("round", frame.getSign().getRound()),
                            Fields.signature(frame.getSign().getSignature()));
            case REVEAL -> reveal(frame.getReveal());
            case ABORT ->
                    new SiteMessage.Abort(
                            Fields.job(frame.getAbort().getJob()),
                            Fields.signed(frame.getAbort().getBody()));
            case BLAME_ANSWER ->
                    new SiteMessage.BlameAnswer(
                            Fields.job(frame.getBlameAnswer().getJob()),
                            Fields.signed(frame.getBlameAnswer().getBody()));
            case GREETING, PLAN_ANSWER, PROGRESS, DECLINED, ACKNOWLEDGE, BODY_NOT_SET ->
                    throw new WireException("the frame has no protocol message");
        };
    }

    private static void put(SiteMessage.Reveal reveal, RoundReveal.Builder proto) {
        proto.setBody(Fields.raw(reveal.body()));
        reveal.audited()
                .ifPresent(
                        proof ->
                                proto.getAuditedBuilder()
                                        .setLeaf(Fields.raw(proof.leaf()))
                                        .setPath(Fields.raw(proof.path())));
    }

    private static SiteMessage reveal(RoundReveal proto) throws WireException {
        Optional<LeafProof> audited =
                proto.hasAudited()
                        ? Optional.of(
                                new LeafProof(
                                        Fields.atMost(
                                                "leaf",
                                                proto.getAudited().getLeaf(),
                                                VectorHash.LEAF_BYTES),
                                        Fields.atMost(
                                                "path",
                                                proto.getAudited().getPath(),
                                                WireLimits.PATH_BYTES_MAX)))
                        : Optional.empty();
        return new SiteMessage.Reveal(
                Fields.job(proto.getJob()), Fields.signed(proto.getBody()), audited);
    }

    private static void put(SiteMessage.Deal deal, SetupDeal.Builder proto) {
        proto.setS4(Fields.raw(deal.s4()))
                .addAllParts(DealParts.raw(deal.parts()))
                .addAllComplaints(Fields.rawComplaints(deal.complaints()));
        for (var secret : deal.secrets()) {
            proto.addSecretsBuilder()
                    .setSelfHash(Fields.raw(secret.selfHash()))
                    .setRecoveryHash(Fields.raw(secret.recoveryHash()))
                    .setBlob(Fields.raw(secret.blob()));
        }
        deal.pairSeedHashes()
                .forEach(
                        (site, hashes) -> {
                            var entry = proto.addPairSeedHashesBuilder().setSite(site);
                            hashes.forEach(hash -> entry.addHashes(Fields.raw(hash)));
                        });
        deal.pairLeaves()
                .forEach(
                        (site, leaf) ->
                                proto.addPairLeavesBuilder()
                                        .setSite(site)
                                        .setShareCiphertextHash(
                                                Fields.raw(leaf.shareCiphertextHash()))
                                        .setShareRoot(Fields.raw(leaf.shareRoot()))
                                        .setEhRoot(Fields.raw(leaf.ehRoot())));
    }

    private static SiteMessage deal(SetupDeal proto) throws WireException {
        return new SiteMessage.Deal(
                Fields.job(proto.getJob()),
                Fields.signed(proto.getS4()),
                DealParts.read(proto.getPartsList()),
                secrets(proto.getSecretsList()),
                pairSeedHashes(proto.getPairSeedHashesList()),
                pairLeaves(proto.getPairLeavesList()),
                Fields.complaints(proto.getComplaintsList()));
    }

    private static List<SiteMessage.RoundSecretHashes> secrets(List<SetupDeal.RoundSecret> list)
            throws WireException {
        Fields.count("secrets", list.size(), WireLimits.EPOCH_ROUNDS_MAX);
        var secrets = new ArrayList<SiteMessage.RoundSecretHashes>(list.size());
        for (var secret : list) {
            secrets.add(
                    new SiteMessage.RoundSecretHashes(
                            Fields.hash("self_hash", secret.getSelfHash()),
                            Fields.hash("recovery_hash", secret.getRecoveryHash()),
                            Fields.atMost(
                                    "blob", secret.getBlob(), WireLimits.RECOVERY_BLOB_BYTES_MAX)));
        }
        return secrets;
    }

    private static SortedMap<Integer, List<Bytes>> pairSeedHashes(
            List<SetupDeal.PairSeedHashes> list) throws WireException {
        var map = new TreeMap<Integer, List<Bytes>>();
        for (var entry : list) {
            Fields.count("hashes", entry.getHashesCount(), WireLimits.EPOCH_ROUNDS_MAX);
            var hashes = new ArrayList<Bytes>(entry.getHashesCount());
            for (var hash : entry.getHashesList()) {
                hashes.add(Fields.hash("hashes", hash));
            }
            map.put(Fields.ascending(map, entry.getSite()), List.copyOf(hashes));
        }
        return map;
    }

    private static SortedMap<Integer, SiteMessage.PairLeaf> pairLeaves(
            List<SetupDeal.PairLeaf> list) throws WireException {
        var map = new TreeMap<Integer, SiteMessage.PairLeaf>();
        for (var entry : list) {
            map.put(
                    Fields.ascending(map, entry.getSite()),
                    new SiteMessage.PairLeaf(
                            Fields.hash("share_ciphertext_hash", entry.getShareCiphertextHash()),
                            Fields.hash("share_root", entry.getShareRoot()),
                            Fields.hash("eh_root", entry.getEhRoot())));
        }
        return map;
    }
}
