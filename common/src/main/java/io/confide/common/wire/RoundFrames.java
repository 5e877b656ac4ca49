package io.confide.common.wire;

import io.confide.common.model.Bytes;
import io.confide.common.secagg.AbortCert;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.wire.v1.CoordinatorFrame;
import io.confide.common.wire.v1.RoundAborted;
import io.confide.common.wire.v1.RoundOpen;
import io.confide.common.wire.v1.SetupSummary;
import io.confide.common.wire.v1.UploadProof;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the coordinator says in a round, and the summary of an epoch's set-up. */
final class RoundFrames {
    private static final int DIGESTS = 4;

    private RoundFrames() {}

    static void put(CoordinatorMessage.Open open, RoundOpen.Builder proto) {
        proto.setJob(Fields.raw(open.job()))
                .setBody(Fields.raw(open.body()))
                .setConfig(Fields.raw(open.config()))
                .setCodec(Fields.raw(open.codec()))
                .setModel(Fields.raw(open.model()));
        open.lastModelResult().ifPresent(signed -> proto.setLastModelResult(Fields.raw(signed)));
        open.aborted()
                .forEach(
                        cert ->
                                proto.addAbortedBuilder()
                                        .addAllAborts(Fields.rawSigned(cert.aborts())));
    }

    static void put(CoordinatorMessage.Summary summary, SetupSummary.Builder proto) {
        proto.setJob(Fields.raw(summary.job())).setAccepted(Fields.raw(summary.accepted()));
        summary.digests()
                .forEach(
                        (site, values) -> {
                            var entry = proto.addDigestsBuilder().setSite(site);
                            values.forEach(value -> entry.addValues(Fields.raw(value)));
                        });
        proto.addAllComplaints(Fields.rawComplaints(summary.complaints()));
    }

    static List<UploadProof> raw(SortedMap<Integer, CoordinatorMessage.UploadProof> headers) {
        var list = new ArrayList<UploadProof>(headers.size());
        headers.forEach(
                (site, proof) ->
                        list.add(
                                UploadProof.newBuilder()
                                        .setSite(site)
                                        .setVectorHash(Fields.raw(proof.vectorHash()))
                                        .setSignature(Fields.raw(proof.signature()))
                                        .setRootPath(Fields.raw(proof.rootPath()))
                                        .build()));
        return list;
    }

    static CoordinatorMessage read(CoordinatorFrame frame) throws WireException {
        return switch (frame.getBodyCase()) {
            case OPEN -> open(frame.getOpen());
            case PROPOSE ->
                    new CoordinatorMessage.Propose(
                            Fields.job(frame.getPropose().getJob()),
                            Fields.signed(frame.getPropose().getBody()),
                            headers(frame.getPropose().getHeadersList()));
            case CERT ->
                    new CoordinatorMessage.Cert(
                            Fields.job(frame.getCert().getJob()),
                            Fields.signed(frame.getCert().getBody()),
                            headers(frame.getCert().getHeadersList()),
                            Fields.bytesMap(
                                    frame.getCert().getSignaturesList(), Fields.SIGNATURE_BYTES));
            case FAST_CERT ->
                    new CoordinatorMessage.FastCert(
                            Fields.job(frame.getFastCert().getJob()),
                            Fields.signed(frame.getFastCert().getBody()),
                            headers(frame.getFastCert().getHeadersList()));
            case BLAME ->
                    new CoordinatorMessage.Blame(
                            Fields.job(frame.getBlame().getJob()),
                            Fields.signed(frame.getBlame().getBody()));
            case RESULT ->
                    new CoordinatorMessage.Result(
                            Fields.job(frame.getResult().getJob()),
                            Fields.signed(frame.getResult().getBody()));
            case PROPOSAL,
                    HELLOS,
                    SEEDS,
                    KEMS,
                    DEALS,
                    SUMMARY,
                    EPOCH_CERT,
                    WELCOME,
                    PLAN_OFFER,
                    JOB_ENDED,
                    ACKNOWLEDGE,
                    BODY_NOT_SET ->
                    throw new WireException("the frame has no message of a round");
        };
    }

    static CoordinatorMessage summary(SetupSummary proto) throws WireException {
        var digests = new TreeMap<Integer, List<Bytes>>();
        for (var entry : proto.getDigestsList()) {
            int count = entry.getValuesCount();
            if (count != 0 && count != DIGESTS) {
                throw new WireException("digests has neither 0 nor 4 values");
            }
            var values = new ArrayList<Bytes>(count);
            for (var value : entry.getValuesList()) {
                values.add(Fields.hash("digests", value));
            }
            digests.put(Fields.ascending(digests, entry.getSite()), List.copyOf(values));
        }
        return new CoordinatorMessage.Summary(
                Fields.job(proto.getJob()),
                digests,
                Fields.atMost("accepted", proto.getAccepted(), WireLimits.SITES_MAX / 8),
                Fields.complaints(proto.getComplaintsList()));
    }

    private static CoordinatorMessage open(RoundOpen proto) throws WireException {
        return new CoordinatorMessage.Open(
                Fields.job(proto.getJob()),
                Fields.signed(proto.getBody()),
                Fields.atMost("config", proto.getConfig(), WireLimits.CONFIG_BYTES_MAX),
                Fields.atMost("codec", proto.getCodec(), WireLimits.CODEC_BYTES_MAX),
                Fields.vector(proto.getModel()),
                proto.hasLastModelResult()
                        ? Optional.of(Fields.signed(proto.getLastModelResult()))
                        : Optional.empty(),
                aborted(proto.getAbortedList()));
    }

    private static List<AbortCert> aborted(List<RoundAborted> list) throws WireException {
        Fields.count("aborted", list.size(), WireLimits.ABORTED_MAX);
        var certs = new ArrayList<AbortCert>(list.size());
        for (var cert : list) {
            certs.add(new AbortCert(Fields.signedMap(cert.getAbortsList())));
        }
        return certs;
    }

    private static SortedMap<Integer, CoordinatorMessage.UploadProof> headers(
            List<UploadProof> list) throws WireException {
        var map = new TreeMap<Integer, CoordinatorMessage.UploadProof>();
        for (var proof : list) {
            map.put(
                    Fields.ascending(map, proof.getSite()),
                    new CoordinatorMessage.UploadProof(
                            Fields.hash("vector_hash", proof.getVectorHash()),
                            Fields.signature(proof.getSignature()),
                            Fields.atMost(
                                    "root_path", proof.getRootPath(), WireLimits.PATH_BYTES_MAX)));
        }
        return map;
    }
}
