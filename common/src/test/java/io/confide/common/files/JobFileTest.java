package io.confide.common.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.confide.common.model.Bytes;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobSpec;
import io.confide.common.model.ModelSpec;
import io.confide.common.model.Plan;
import io.confide.common.model.Priority;
import io.confide.common.model.Rotation;
import io.confide.common.model.Rounding;
import io.confide.common.model.Training;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.aggregator.ArgumentsAccessor;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

class JobFileTest {
    @Test
    void readsEveryField() {
        assertEquals(
                new JobSpec(
                        "logistic-private",
                        "pbc-two-year-risk",
                        Priority.HIGH,
                        new ModelSpec.Mlp(List.of(32, 16)),
                        new Training(Training.Mode.FEDAVG, 10, 3, 8, 0.8, 0.02),
                        new JobSpec.Aggregation(
                                6, 2.5, 16, 500, 30, Rounding.STOCHASTIC, Rotation.NONE, 1),
                        new Plan.Evaluation(5, 7, 100),
                        List.of(JobSpec.Metric.values()),
                        Plan.Release.WEIGHTS,
                        Optional.empty()),
                JobFile.parse(Examples.JOB));
    }

    @Test
    void onlyThreePrioritiesAreKnown() {
        Refusals.one(
                ErrorCode.BAD_FILE,
                JobFile::parse,
                Examples.JOB,
                "priority: high",
                "priority: urgent",
                "line 14 priority: unknown value \"urgent\". Use one of: low, normal, high.");
    }

    @Test
    void aShortJobGetsTheStatedDefaults() {
        assertEquals(
                new JobSpec(
                        "j",
                        "s",
                        new ModelSpec.Logistic(),
                        new Training(Training.Mode.FEDAVG, 40, 5, 0, 0.3, 0.01),
                        new JobSpec.Aggregation(
                                5, 2, 24, 10_000, 120, Rounding.STOCHASTIC, Rotation.NONE, 1),
                        new Plan.Evaluation(5, 1, 200),
                        List.of(JobSpec.Metric.values()),
                        Plan.Release.METRICS),
                JobFile.parse("job: j\nstudy: s\nmodel: {kind: logistic}\n"));
    }

    @Test
    void roundingAndRotationReachThePlan() {
        String yaml = Examples.JOB.replace("stochastic", "nearest").replace("none", "hadamard");
        var sums =
                JobFile.parse(yaml)
                        .plan(StudyFile.parse(Examples.STUDY), 1, Bytes.wrap(new byte[16]))
                        .aggregation();
        assertEquals(Rounding.NEAREST, sums.rounding());
        assertEquals(Rotation.HADAMARD, sums.rotation());
    }

    @Test
    void fedsgdTakesOneStepPerRound() {
        Training training =
                JobFile.parse(
                                "{job: j, study: s, model: {kind: logistic}, training: {mode:"
                                        + " fedsgd}}")
                        .training();
        assertEquals(1, training.localEpochs());
    }

    @Test
    void aPrivateJobIsRead() {
        JobSpec job = JobFile.parse(Examples.PRIVATE_JOB);
        assertEquals(
                Optional.of(
                        new JobSpec.Privacy(
                                3, 1e-5, 2, OptionalInt.of(1), OptionalInt.of(12), 685, 1)),
                job.privacy());
        assertEquals(new ModelSpec.Logistic(OptionalDouble.of(-1.5)), job.model());
        assertEquals(new Training(Training.Mode.FEDSGD, 10, 1, 0, 0.8, 0), job.training());
        assertEquals(0, job.evaluation().folds());
    }

    @Test
    void whatPrivacyDoesNotSayFollowsFromTheRest() {
        JobSpec job =
                JobFile.parse(
                        "{job: j, study: s, model: {kind: logistic}, privacy: {epsilon: 1, delta:"
                                + " 1e-6, clipNorm: 1, records: 100}}");
        assertEquals(Training.Mode.FEDSGD, job.training().mode());
        assertEquals(0, job.evaluation().folds());
        assertEquals(
                Optional.of(
                        new JobSpec.Privacy(
                                1, 1e-6, 1, OptionalInt.empty(), OptionalInt.empty(), 100, 1)),
                job.privacy());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "mode: fedsgd | mode: fedavg | line 5 training.mode: fedavg with privacy is not"
                        + " available: the noise of several sites does not pool over hidden local"
                        + " steps. Use fedsgd. | NOT_BUILT",
                "unit: record | unit: patient | line 10 privacy.unit: \"patient\" is not available"
                        + " yet. Only single records can be protected; use record. | NOT_BUILT",
                "unit: record | unit: record, sampling: fixed-size | line 10 privacy.sampling:"
                    + " \"fixed-size\" is not available yet. Use poisson with a samplingRate, or"
                    + " leave it out: every record is in every step. | NOT_BUILT",
                "unit: record | unit: record, sampling: shuffle | line 10 privacy.sampling: unknown"
                        + " value \"shuffle\". Use one of: everyone, poisson. | BAD_FILE",
                "unit: record | unit: record, sampling: poisson | line 10 privacy.samplingRate: is"
                        + " missing: the chance of a record to be in a step, such as 0.05. |"
                        + " BAD_FILE",
                "unit: record | sampling: everyone, samplingRate: 0.5 | line 10"
                        + " privacy.samplingRate: has no meaning with sampling: everyone. Use"
                        + " sampling: poisson, or remove it. | BAD_FILE",
                "unit: record | samplingRate: 0 | line 10 privacy.samplingRate: 0 must be between"
                        + " 0.000001 and 1. | BAD_FILE",
                "unit: record | samplingRate: 1.01 | line 10 privacy.samplingRate: 1.01 must be"
                        + " between 0.000001 and 1. | BAD_FILE",
                "unit: record | samplingRate: .nan | line 10 privacy.samplingRate: must be a finite"
                        + " number, not .nan. | BAD_FILE",
                "unit: record | samplingRate: 0.001 | line 10 privacy.samplingRate: less than one"
                        + " of 685 records is expected in a step. Use 0.00146 or more. | BAD_FILE",
                "l2: 0 | samplingRate: 0.1 | line 7 training.samplingRate: unknown key. Known"
                        + " here: mode, rounds, localEpochs, batchSize, l2, optimiser. | BAD_FILE",
                "unit: record | unit: record, clipping: adaptive | line 10 privacy.clipping:"
                    + " \"adaptive\" is not available yet. The clip norm is fixed; remove clipping."
                    + " | NOT_BUILT",
                "kFold: 0 | kFold: 5 | line 11 evaluation.split.kFold: evaluation with privacy is"
                    + " not available: exact counts of an evaluation would leave beside the noise."
                    + " Remove it; the model is not evaluated. | NOT_BUILT",
                "{kFold: 0} | {kFold: 0}, metrics: [auc] | line 11 evaluation.metrics: has no"
                    + " meaning with privacy: exact counts of an evaluation would leave beside the"
                    + " noise. Remove it; the model is not evaluated. | BAD_FILE",
                "recordsMax: 500 | bits: 16 | line 9 aggregation.bits: has no meaning with privacy:"
                    + " single records are clipped to privacy.clipNorm and summed exactly. Remove"
                    + " it. | BAD_FILE",
                "recordsMax: 500 | clipNorm: 2 | line 9 aggregation.clipNorm: has no meaning with"
                    + " privacy: single records are clipped to privacy.clipNorm and summed exactly."
                    + " Remove it. | BAD_FILE",
                ", records: 685 | ^^ | line 10 privacy.records: is missing: about how many records"
                    + " all sites have together, as the study plans it and not as it was counted."
                    + " Steps are divided by it. | BAD_FILE",
                "epsilon: 3, | ^^ | line 10 privacy.epsilon: is missing. | BAD_FILE",
                "delta: 1e-5 | delta: 1 | line 10 privacy.delta: 1 must be between 1e-15 and 0.1."
                        + " | BAD_FILE",
                "colluders: 1 | coluders: 1 | line 10 privacy.coluders: unknown key. Did you mean"
                        + " \"colluders\"? | BAD_FILE",
                "intercept: -1.5 | intercept: -21 | line 3 model.intercept: -21 must be between -20"
                        + " and 20. | BAD_FILE",
            })
    void whatAGuaranteeExcludesIsRefused(String from, String to, String problem, ErrorCode code) {
        Refusals.one(code, JobFile::parse, Examples.PRIVATE_JOB, from, to, problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "hidden: [32, 16] | hidden: [] | line 3 model.hidden: an mlp has 1 to 8 hidden"
                        + " layers, such as hidden: [32, 16].",
                "hidden: [32, 16] | hidden: [32, 1.5] | line 3 model.hidden[1]: must be a whole"
                        + " number, not a number (1.5).",
                "hidden: [32, 16] | hidden: [5000] | line 3 model.hidden[0]: 5000 must be between 1"
                        + " and 4096.",
                "kind: mlp | kind: logistic | line 3 model.hidden: only an mlp has hidden layers."
                        + " Remove it, or use kind: mlp.",
                "kind: mlp | kind: cox | line 3 model.kind: \"cox\" is not available yet. Use"
                        + " logistic or mlp. | BOTH",
                "kind: mlp, hidden: [32, 16] | kind: transformer | line 3 model.kind:"
                        + " \"transformer\" is not available yet. Use logistic or mlp. | NOT_BUILT",
                "kind: mlp | kind: mpl | line 3 model.kind: unknown value \"mpl\". Did you mean"
                        + " \"mlp\"? | BOTH",
                "kind: mlp, hidden: [32, 16] | kind: 7 | line 3 model.kind: must be a word, not a"
                        + " number (7). Use one of: logistic, mlp.",
                "mode: fedavg | mode: fedagv | line 5 training.mode: unknown value \"fedagv\". Did"
                        + " you mean \"fedavg\"?",
                "rounds: 10 | rounds: 0 | line 6 training.rounds: 0 must be between 1 and 100000. |"
                        + " BAD_FILE",
                "rounds: 10 | rounds: ten | line 6 training.rounds: must be a whole number, not the"
                        + " text \"ten\".",
                "rounds: 10 | rounds: 99999999999999999999 | line 6 training.rounds: must be a"
                        + " whole number, not a number (99999999999999999999).",
                "rounds: 10 | rounds: | line 6 training.rounds: must be a whole number, not"
                        + " nothing.",
                "localEpochs: 3 | localEpoch: 3 | line 7 training.localEpoch: unknown key. Did you"
                        + " mean \"localEpochs\"?",
                "batchSize: 8 | batchSize: -1 | line 8 training.batchSize: -1 must be between 0 and"
                        + " 1000000.",
                "l2: 0.02 | l2: -0.1 | line 9 training.l2: -0.1 must be 0 or above.",
                "kind: sgd | kind: adam | line 10 training.optimiser.kind: \"adam\" is not"
                        + " available yet. Use sgd. | NOT_BUILT",
                "kind: sgd | kind: sdg | line 10 training.optimiser.kind: unknown value \"sdg\"."
                        + " Did you mean \"sgd\"?",
                "learningRate: 0.8 | learningRate: 0 | line 10 training.optimiser.learningRate: 0"
                        + " must be above 0.",
                "learningRate: 0.8 | learningRate: 1e999 | line 10 training.optimiser.learningRate:"
                        + " 1e999 must be above 0.",
                "minimumIncluded: 6 | minimumIncluded: 2 | line 11 aggregation.minimumIncluded: 2"
                        + " must be between 3 and 200.",
                "audit: false | audit: perhaps | line 11 aggregation.audit: must be true or false,"
                        + " not the text \"perhaps\". | BAD_FILE",
                "audit: false | closeEarly: never | line 11 aggregation.closeEarly: must be true or"
                        + " false, not the text \"never\". | BAD_FILE",
                "audit: false | audit: true, groups: 3 | line 11 aggregation.audit: the sums of"
                        + " groups are not audited. Remove it, or the groups. | BAD_FILE",
                "minimumDifference: 1 | minimumDifference: 0 | line 11"
                        + " aggregation.minimumDifference: 0 must be between 1 and 200.",
                "clipNorm: 2.5 | clipNorm: 0 | line 11 aggregation.clipNorm: 0 must be between"
                        + " 0.000001 and 1000000.",
                "bits: 16 | bits: 32 | line 11 aggregation.bits: 32 must be between 8 and 24. |"
                        + " BAD_FILE",
                "rounding: stochastic | rounding: random | line 11 aggregation.rounding: unknown"
                        + " value \"random\". Use one of: stochastic, nearest.",
                "rotation: none | rotation: hadamar | line 11 aggregation.rotation: unknown value"
                        + " \"hadamar\". Did you mean \"hadamard\"?",
                "secureAggregation: required | secureAggregation: off | line 11"
                    + " aggregation.secureAggregation: \"off\" is not available yet. Every sum is"
                    + " secure; remove secureAggregation. | NOT_BUILT",
                "kFold: 5 | kFold: 1 | line 12 evaluation.split.kFold: 1 must be 0 (train one model"
                        + " only) or between 2 and 20.",
                "kFold: 5 | kfold: 5 | line 12 evaluation.split.kfold: unknown key. Did you mean"
                        + " \"kFold\"?",
                "bins: 100 | bins: 5 | line 12 evaluation.bins: 5 must be between 10 and 2000. |"
                        + " BAD_FILE",
                "accuracy, calibration | acuracy, calibration | line 12 evaluation.metrics[2]:"
                        + " unknown value \"acuracy\". Did you mean \"accuracy\"?",
                "metrics: [auc, logLoss, accuracy, calibration] | metrics: auc | line 12"
                        + " evaluation.metrics: must be a list, not the text \"auc\".",
                "wish: weights | wish: scores | line 13 release.wish: \"scores\" is not available"
                    + " yet. Predictions are not served yet; use metrics or weights. | NOT_BUILT",
                "wish: weights | wish: weight | line 13 release.wish: unknown value \"weight\". Did"
                        + " you mean \"weights\"?",
                "study: pbc-two-year-risk | study: no | line 2 study: must be a text, not a truth"
                        + " value (no). Put it in quotes if it is a name.",
            })
    void refusesEachMistakeWithItsSentence(ArgumentsAccessor row) {
        String from = row.getString(0);
        String to = row.getString(1);
        String problem = row.getString(2);
        String code = row.size() > 3 ? row.getString(3) : "BAD_FILE";
        if ("BOTH".equals(code)) {
            String changed = Examples.JOB.replace(", hidden: [32, 16]", "");
            Refusals.one(
                    to.contains("cox") ? ErrorCode.NOT_BUILT : ErrorCode.BAD_FILE,
                    JobFile::parse,
                    changed,
                    from,
                    to,
                    problem);
            return;
        }
        Refusals.one(ErrorCode.valueOf(code), JobFile::parse, Examples.JOB, from, to, problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"wish: none", "wish: metrics", ""})
    void anAuditNeedsAReleaseOfWeights(String release) {
        Refusals.one(
                ErrorCode.BAD_FILE,
                JobFile::parse,
                Examples.JOB.replace("audit: false", "audit: true"),
                "wish: weights",
                release,
                "line 11 aggregation.audit: an audit shows parts of sums, and a small model whole."
                        + " Remove it, or set release: {wish: weights}.");
    }

    @Test
    void fedsgdWithLocalStepsIsAContradiction() {
        Refusals.refuses(
                ErrorCode.BAD_FILE,
                JobFile::parse,
                Examples.JOB.replace("fedavg", "fedsgd"),
                """
                job.yaml has 2 problems:
                  line 7   training.localEpochs: fedsgd takes one step per round. Remove it, or use fedavg.
                  line 8   training.batchSize: fedsgd makes no batches. Remove it; with privacy, privacy.samplingRate samples records.
                """);
    }

    @Test
    void aMixOfMistakesAndWishesIsABadFile() {
        Refusals.refuses(
                ErrorCode.BAD_FILE,
                JobFile::parse,
                "job: j\nstudy: s\nmodel: {kind: gru}\nprivacy: {}\nrelaese: {}\n",
                """
                job.yaml has 6 problems:
                  line 3   model.kind: "gru" is not available yet. Use logistic or mlp.
                  line 4   privacy.epsilon: is missing.
                  line 4   privacy.delta: is missing.
                  line 4   privacy.clipNorm: is missing.
                  line 4   privacy.records: is missing: about how many records all sites have together, as the study plans it and not as it was counted. Steps are divided by it.
                  line 5   relaese: unknown key. Did you mean "release"?
                """);
    }

    @Test
    void aPlanNeedsTheStudyThatTheJobNames() {
        JobSpec job = JobFile.parse(Examples.JOB.replace("study: pbc-two", "study: other-two"));
        var study = StudyFile.parse(Examples.STUDY);
        assertThrows(
                IllegalArgumentException.class, () -> job.plan(study, 1, Bytes.wrap(new byte[16])));
        assertThrows(
                IllegalArgumentException.class,
                () -> JobFile.parse(Examples.JOB).plan(study, 1, Bytes.wrap(new byte[8])));
    }
}
