package io.confide.common.wire;

import io.confide.common.secagg.Subject;
import io.confide.common.wire.v1.DatasetOffer;
import io.confide.common.wire.v1.SiteFrame;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The bodies a site sends, except those of the secure aggregation protocol. */
final class SiteFrames {
    static final int BOOT_ID_BYTES = 16;
    private static final Pattern CHECK = Pattern.compile("[A-Za-z0-9_.-]{1,32}");

    private SiteFrames() {}

    static void put(SiteBody body, SiteFrame.Builder frame) {
        switch (body) {
            case SiteBody.Greeting greeting -> put(greeting, frame);
            case SiteBody.PlanAnswer answer ->
                    frame.getPlanAnswerBuilder()
                            .setJob(Fields.raw(answer.job()))
                            .setPlanHash(Fields.raw(answer.planHash()))
                            .setVerdict(raw(answer.verdict()))
                            .addAllReasons(answer.reasons());
            case SiteBody.Progress(var job, var round, var stage) ->
                    frame.getProgressBuilder()
                            .setJob(Fields.raw(job))
                            .setRound(round)
                            .setStage(raw(stage));
            case SiteBody.Declined declined -> put(declined, frame.getDeclinedBuilder());
            case SiteBody.Acknowledge() -> frame.getAcknowledgeBuilder();
            case SiteBody.Protocol(var message) -> SiteProtocolFrames.put(message, frame);
        }
    }

    static SiteBody read(SiteFrame frame) throws WireException {
        return switch (frame.getBodyCase()) {
            case GREETING -> greeting(frame.getGreeting());
            case PLAN_ANSWER -> answer(frame.getPlanAnswer());
            case PROGRESS -> {
                var progress = frame.getProgress();
                yield new SiteBody.Progress(
                        Fields.job(progress.getJob()),
                        Fields.counter("round", progress.getRound()),
                        stage(progress.getStage()));
            }
            case DECLINED -> declined(frame.getDeclined());
            case ACKNOWLEDGE -> new SiteBody.Acknowledge();
            case HELLO,
                    SEED,
                    KEM,
                    DEAL,
                    COMPLAINTS,
                    CONFIRM,
                    UPLOAD,
                    SIGN,
                    REVEAL,
                    ABORT,
                    BLAME_ANSWER ->
                    new SiteBody.Protocol(SiteProtocolFrames.read(frame));
            case BODY_NOT_SET -> throw new WireException("the frame has no body");
        };
    }

    private static void put(SiteBody.Greeting greeting, SiteFrame.Builder frame) {
        var proto =
                frame.getGreetingBuilder()
                        .setBootId(Fields.raw(greeting.bootId()))
                        .setClockMillis(greeting.clock().toEpochMilli())
                        .setSoftware(greeting.software());
        var capacity = greeting.capacity();
        var machine =
                proto.getCapacityBuilder()
                        .setProcessors(capacity.processors())
                        .setMemoryMebibytes(capacity.memoryMebibytes());
        capacity.accelerator().ifPresent(machine::setAccelerator);
        for (var dataset : greeting.datasets()) {
            proto.addDatasetsBuilder()
                    .setName(dataset.name())
                    .setStudy(dataset.study())
                    .addAllColumns(dataset.columns());
        }
    }

    private static SiteBody greeting(io.confide.common.wire.v1.Greeting proto)
            throws WireException {
        return new SiteBody.Greeting(
                Fields.exactly("boot_id", proto.getBootId(), BOOT_ID_BYTES),
                Fields.clock(proto.getClockMillis()),
                Fields.text("software", proto.getSoftware(), WireLimits.NAME_CHARS_MAX),
                datasets(proto.getDatasetsList()),
                capacity(proto));
    }

    private static Capacity capacity(io.confide.common.wire.v1.Greeting proto)
            throws WireException {
        if (!proto.hasCapacity()) {
            throw new WireException(
                    "the greeting has no capacity; a coordinator and its sites are upgraded"
                            + " together");
        }
        var machine = proto.getCapacity();
        try {
            return new Capacity(
                    machine.getProcessors(),
                    machine.getMemoryMebibytes(),
                    Optional.of(machine.getAccelerator()).filter(name -> !name.isEmpty()));
        } catch (IllegalArgumentException e) {
            throw new WireException(String.valueOf(e.getMessage()));
        }
    }

    private static List<SiteBody.Dataset> datasets(List<DatasetOffer> offers) throws WireException {
        Fields.count("datasets", offers.size(), WireLimits.DATASETS_MAX);
        var datasets = new ArrayList<SiteBody.Dataset>(offers.size());
        for (var offer : offers) {
            datasets.add(
                    new SiteBody.Dataset(
                            Fields.text("name", offer.getName(), WireLimits.NAME_CHARS_MAX),
                            Fields.text("study", offer.getStudy(), WireLimits.NAME_CHARS_MAX),
                            Fields.texts(
                                    "columns",
                                    offer.getColumnsList(),
                                    WireLimits.COLUMNS_MAX,
                                    WireLimits.NAME_CHARS_MAX)));
        }
        return datasets;
    }

    private static SiteBody answer(io.confide.common.wire.v1.PlanAnswer proto)
            throws WireException {
        return new SiteBody.PlanAnswer(
                Fields.job(proto.getJob()),
                Fields.digest("plan_hash", proto.getPlanHash()),
                verdict(proto.getVerdict()),
                Fields.texts(
                        "reasons",
                        proto.getReasonsList(),
                        WireLimits.REASONS_MAX,
                        WireLimits.REASON_CHARS_MAX));
    }

    private static SiteBody declined(io.confide.common.wire.v1.Declined proto)
            throws WireException {
        // A closed form, so that no free text of a site can reach a log or a page.
        if (!CHECK.matcher(proto.getCheck()).matches()) {
            throw new WireException("check is not the id of a check");
        }
        return new SiteBody.Declined(Fields.job(proto.getJob()), subject(proto), proto.getCheck());
    }

    private static void put(
            SiteBody.Declined declined, io.confide.common.wire.v1.Declined.Builder proto) {
        proto.setJob(Fields.raw(declined.job())).setCheck(declined.check());
        switch (declined.subject()) {
            case Subject.Setup(var epoch) -> proto.setEpoch(epoch);
            case Subject.Round(var round) -> proto.setRound(round);
            case Subject.Untold() -> {}
        }
    }

    private static Subject subject(io.confide.common.wire.v1.Declined proto) throws WireException {
        return switch (proto.getSubjectCase()) {
            case ROUND -> new Subject.Round(Fields.counter("round", proto.getRound()));
            case EPOCH -> new Subject.Setup(proto.getEpoch());
            case SUBJECT_NOT_SET -> new Subject.Untold();
        };
    }

    private static io.confide.common.wire.v1.PlanAnswer.Verdict raw(SiteBody.Verdict verdict) {
        return switch (verdict) {
            case PERMITTED -> io.confide.common.wire.v1.PlanAnswer.Verdict.PERMITTED;
            case PENDING_APPROVAL -> io.confide.common.wire.v1.PlanAnswer.Verdict.PENDING_APPROVAL;
            case DENIED -> io.confide.common.wire.v1.PlanAnswer.Verdict.DENIED;
        };
    }

    private static SiteBody.Verdict verdict(io.confide.common.wire.v1.PlanAnswer.Verdict proto)
            throws WireException {
        return switch (proto) {
            case PERMITTED -> SiteBody.Verdict.PERMITTED;
            case PENDING_APPROVAL -> SiteBody.Verdict.PENDING_APPROVAL;
            case DENIED -> SiteBody.Verdict.DENIED;
            case VERDICT_UNSPECIFIED, UNRECOGNIZED ->
                    throw new WireException("verdict is not one of this version");
        };
    }

    private static io.confide.common.wire.v1.Progress.Stage raw(SiteBody.Stage stage) {
        return switch (stage) {
            case TRAINING -> io.confide.common.wire.v1.Progress.Stage.TRAINING;
            case UPLOADING -> io.confide.common.wire.v1.Progress.Stage.UPLOADING;
            case IDLE -> io.confide.common.wire.v1.Progress.Stage.IDLE;
        };
    }

    private static SiteBody.Stage stage(io.confide.common.wire.v1.Progress.Stage proto)
            throws WireException {
        return switch (proto) {
            case TRAINING -> SiteBody.Stage.TRAINING;
            case UPLOADING -> SiteBody.Stage.UPLOADING;
            case IDLE -> SiteBody.Stage.IDLE;
            case STAGE_UNSPECIFIED, UNRECOGNIZED ->
                    throw new WireException("stage is not one of this version");
        };
    }
}
