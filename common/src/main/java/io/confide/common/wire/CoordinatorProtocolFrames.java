package io.confide.common.wire;

import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.wire.v1.CoordinatorFrame;

/** What the coordinator says in the secure aggregation protocol. */
final class CoordinatorProtocolFrames {
    private CoordinatorProtocolFrames() {}

    static void put(CoordinatorMessage message, CoordinatorFrame.Builder frame) {
        switch (message) {
            case CoordinatorMessage.Proposal proposal ->
                    frame.getProposalBuilder()
                            .setJob(Fields.raw(proposal.job()))
                            .setS0(Fields.raw(proposal.s0()))
                            .setRoster(Fields.raw(proposal.roster()))
                            .setPolicy(Fields.raw(proposal.policy()));
            case CoordinatorMessage.Hellos hellos ->
                    frame.getHellosBuilder()
                            .setJob(Fields.raw(hellos.job()))
                            .addAllS1(Fields.rawSigned(hellos.s1()));
            case CoordinatorMessage.Seeds seeds ->
                    frame.getSeedsBuilder()
                            .setJob(Fields.raw(seeds.job()))
                            .addAllS2(Fields.rawSigned(seeds.s2()));
            case CoordinatorMessage.Kems kems ->
                    frame.getKemsBuilder()
                            .setJob(Fields.raw(kems.job()))
                            .addAllS3(Fields.rawSigned(kems.s3()))
                            .addAllCiphertexts(Fields.rawBytes(kems.ciphertexts()));
            case CoordinatorMessage.Deals deals ->
                    frame.getDealsBuilder()
                            .setJob(Fields.raw(deals.job()))
                            .addAllS4(Fields.rawSigned(deals.s4()))
                            .addAllParts(DealParts.raw(deals.parts()))
                            .addAllComplaints(Fields.rawComplaints(deals.complaints()));
            case CoordinatorMessage.Summary summary ->
                    RoundFrames.put(summary, frame.getSummaryBuilder());
            case CoordinatorMessage.EpochCert cert ->
                    frame.getEpochCertBuilder()
                            .setJob(Fields.raw(cert.job()))
                            .addAllConfirms(Fields.rawSigned(cert.confirms()));
            case CoordinatorMessage.Open open -> RoundFrames.put(open, frame.getOpenBuilder());
            case CoordinatorMessage.Propose propose ->
                    frame.getProposeBuilder()
                            .setJob(Fields.raw(propose.job()))
                            .setBody(Fields.raw(propose.body()))
                            .addAllHeaders(RoundFrames.raw(propose.headers()));
            case CoordinatorMessage.Cert cert ->
                    frame.getCertBuilder()
                            .setJob(Fields.raw(cert.job()))
                            .setBody(Fields.raw(cert.body()))
                            .addAllHeaders(RoundFrames.raw(cert.headers()))
                            .addAllSignatures(Fields.rawBytes(cert.signatures()));
            case CoordinatorMessage.FastCert cert ->
                    frame.getFastCertBuilder()
                            .setJob(Fields.raw(cert.job()))
                            .setBody(Fields.raw(cert.body()))
                            .addAllHeaders(RoundFrames.raw(cert.headers()));
            case CoordinatorMessage.Blame blame ->
                    frame.getBlameBuilder()
                            .setJob(Fields.raw(blame.job()))
                            .setBody(Fields.raw(blame.body()));
            case CoordinatorMessage.Result result ->
                    frame.getResultBuilder()
                            .setJob(Fields.raw(result.job()))
                            .setBody(Fields.raw(result.body()));
        }
    }

    static CoordinatorMessage read(CoordinatorFrame frame) throws WireException {
        return switch (frame.getBodyCase()) {
            case PROPOSAL, HELLOS, SEEDS, KEMS, DEALS, SUMMARY, EPOCH_CERT -> setup(frame);
            case OPEN, PROPOSE, CERT, FAST_CERT, RESULT, BLAME -> RoundFrames.read(frame);
            case WELCOME, PLAN_OFFER, JOB_ENDED, ACKNOWLEDGE, BODY_NOT_SET ->
                    throw new WireException("the frame has no protocol message");
        };
    }

    private static CoordinatorMessage setup(CoordinatorFrame frame) throws WireException {
        return switch (frame.getBodyCase()) {
            case PROPOSAL -> {
                var proposal = frame.getProposal();
                yield new CoordinatorMessage.Proposal(
                        Fields.job(proposal.getJob()),
                        Fields.signed(proposal.getS0()),
                        Fields.atMost(
                                "roster", proposal.getRoster(), WireLimits.SIGNED_BODY_BYTES_MAX),
                        Fields.atMost("policy", proposal.getPolicy(), WireLimits.CONFIG_BYTES_MAX));
            }
            case HELLOS ->
                    new CoordinatorMessage.Hellos(
                            Fields.job(frame.getHellos().getJob()),
                            Fields.signedMap(frame.getHellos().getS1List()));
            case SEEDS ->
                    new CoordinatorMessage.Seeds(
                            Fields.job(frame.getSeeds().getJob()),
                            Fields.signedMap(frame.getSeeds().getS2List()));
            case KEMS ->
                    new CoordinatorMessage.Kems(
                            Fields.job(frame.getKems().getJob()),
                            Fields.signedMap(frame.getKems().getS3List()),
                            Fields.bytesMap(
                                    frame.getKems().getCiphertextsList(),
                                    SiteProtocolFrames.CIPHERTEXT_BYTES));
            case DEALS ->
                    new CoordinatorMessage.Deals(
                            Fields.job(frame.getDeals().getJob()),
                            Fields.signedMap(frame.getDeals().getS4List()),
                            DealParts.read(frame.getDeals().getPartsList()),
                            Fields.complaints(frame.getDeals().getComplaintsList()));
            case SUMMARY -> RoundFrames.summary(frame.getSummary());
            case EPOCH_CERT ->
                    new CoordinatorMessage.EpochCert(
                            Fields.job(frame.getEpochCert().getJob()),
                            Fields.signedMap(frame.getEpochCert().getConfirmsList()));
            case OPEN,
                    PROPOSE,
                    CERT,
                    FAST_CERT,
                    RESULT,
                    BLAME,
                    WELCOME,
                    PLAN_OFFER,
                    JOB_ENDED,
                    ACKNOWLEDGE,
                    BODY_NOT_SET ->
                    throw new WireException("the frame has no set-up message");
        };
    }
}
