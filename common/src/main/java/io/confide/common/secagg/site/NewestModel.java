package io.confide.common.secagg.site;

import io.confide.common.model.Digest;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.SignedBody;

import java.util.List;
import java.util.Optional;

/**
 * The newest signed result that changed the model, over restarts (K10, K26). It only moves forward: an
 * older one is refused, and two different ones of the same round are evidence.
 */
final class NewestModel {
    private static final int REPORTS_MAX = 16;

    private final SiteSetting setting;
    private final ActiveChecks checks;
    private Optional<SignedBody> newest;
    private int reported;

    NewestModel(SiteSetting setting, ActiveChecks checks) {
        this.setting = setting;
        this.checks = checks;
        this.newest = setting.ports().records().newestModel(setting.job());
    }

    boolean isHash(Digest model) {
        return newest.flatMap(NewestModel::parse)
                .filter(body -> body.newModelHash().equals(model))
                .isPresent();
    }

    /** Whether {@code result} is a signed result of this job that changed the model. */
    boolean isModelResult(SignedBody result) {
        return parse(result)
                        .filter(body -> body.round().job().equals(setting.job()))
                        .filter(NewestModel::changesModel)
                        .isPresent()
                && checks.keys().isByCoordinator(result);
    }

    static boolean changesModel(ResultBody body) {
        return body.status() == ResultBody.Status.DONE && !body.newModelHash().equals(Digest.ZERO);
    }

    /** Takes what an Open of {@code round} shows; refuses one that is not the newest. */
    void show(Optional<SignedBody> shown, long round) throws RefusedException {
        if (shown.equals(newest)) {
            return;
        }
        if (shown.isEmpty()) {
            checks.require(Check.K10, false);
            return;
        }
        checks.require(Check.K10, isModelResult(shown.get()));
        ResultBody body = checks.requirePresent(Check.K25, parse(shown.get()));
        checks.require(Check.K10, body.round().round() < round);
        Optional<ResultBody> known = newest.flatMap(NewestModel::parse);
        if (known.isEmpty() || body.round().round() > known.get().round().round()) {
            adopt(shown.get());
            return;
        }
        boolean same = known.get().equals(body);
        if (!same && body.round().round() == known.get().round().round()) {
            report(newest.get(), shown.get(), body.round().round());
        }
        checks.require(Check.K10, same);
    }

    private void report(SignedBody earlier, SignedBody later, long round) {
        if (reported < REPORTS_MAX) {
            reported++;
            setting.ports()
                    .records()
                    .recordEvidence(
                            new SiteRecords.Evidence(
                                    setting.job(), Check.K10, round, List.of(earlier, later)));
        }
    }

    /** Takes a verified result if it is newer. */
    void adoptNewer(SignedBody result, ResultBody body) {
        long known = newest.flatMap(NewestModel::parse).map(b -> b.round().round()).orElse(0L);
        if (changesModel(body) && body.round().round() > known) {
            adopt(result);
        }
    }

    private void adopt(SignedBody result) {
        setting.ports().records().recordModel(setting.job(), result);
        newest = Optional.of(result);
    }

    private static Optional<ResultBody> parse(SignedBody result) {
        return ResultBody.parse(result.body());
    }
}
