package io.confide.common.secagg.site;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.ContextFields;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.OpenBody;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.VectorBody;

import java.time.Instant;

/** What a site asks of the content of an Open, whatever its number: cohort and deadline (K9), model and plan (K10). */
final class Openings {
    private final SiteSetting setting;
    private final ActiveChecks checks;
    private final NewestModel newest;

    Openings(SiteSetting setting, ActiveChecks checks, NewestModel newest) {
        this.setting = setting;
        this.checks = checks;
        this.newest = newest;
    }

    void check(SiteEpoch epoch, CoordinatorMessage.Open message, OpenBody body)
            throws RefusedException {
        checkCohort(epoch, body);
        checkModel(message, body.context());
    }

    private void checkCohort(SiteEpoch epoch, OpenBody body) throws RefusedException {
        SiteSet opened = body.context().opened();
        checks.requireAlways(Check.K9, opened.rosterSize() == setting.roster().size());
        checks.requireAlways(Check.K9, epoch.facts().accepted().containsAll(opened));
        checks.require(Check.K9, opened.contains(setting.self()));
        checks.require(Check.K9, opened.size() >= epoch.facts().policy().floor());
        Instant latest = setting.ports().clock().instant().plus(setting.limits().deadlineMax());
        checks.require(Check.K9, body.deadlineMillis() <= latest.toEpochMilli());
    }

    private void checkModel(CoordinatorMessage.Open message, ContextFields context)
            throws RefusedException {
        int most = setting.limits().configBytesMax();
        checks.require(
                Check.K25, message.config().length() <= most && message.codec().length() <= most);
        checks.require(Check.K10, Digest.of(message.config()).equals(context.configHash()));
        checks.require(Check.K10, Digest.of(message.codec()).equals(context.codecHash()));
        checks.require(Check.K10, modelHash(message.model()).equals(context.modelHash().value()));
        newest.show(message.lastModelResult(), context.round().round());
        var origin =
                newest.isHash(context.modelHash())
                        ? ModelRules.Origin.LAST_RESULT
                        : ModelRules.Origin.OTHER;
        var offer =
                new ModelRules.Offer(
                        context.round().round(),
                        context.opened().size(),
                        message.config(),
                        message.codec(),
                        context.modelHash(),
                        origin);
        checks.require(
                Check.K10, setting.ports().rules().check(offer) == ModelRules.Verdict.PERMITTED);
    }

    private static Bytes modelHash(VectorBody model) {
        return switch (model) {
            case VectorBody.Inline inline -> Digest.of(inline.bytes()).value();
            case VectorBody.Chunked chunked -> chunked.hash();
        };
    }
}
