package io.confide.common.artifact;

import io.confide.common.encoding.ParameterManifest;
import io.confide.common.files.PlanJson;
import io.confide.common.metrics.EvaluationReport;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.ModelState;
import io.confide.common.model.Plan;

import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is known about a finished model; manifest, card and tensors are functions of it.
 *
 * @param cohort how sites took part
 * @param evaluation out-of-fold, if the plan evaluates
 */
public record ModelFacts(
        JobId job,
        Plan plan,
        ModelState model,
        Instant created,
        Cohort cohort,
        Optional<EvaluationReport> evaluation) {
    /**
     * @param sites in the roster
     * @param threshold t, how many sites must help to open a sum
     * @param rounds that are in the models, evaluation included
     * @param leastIncluded fewest sites in any of the sums
     */
    public record Cohort(int sites, int threshold, long rounds, int leastIncluded) {}

    public Digest planHash() {
        return PlanJson.hash(plan);
    }

    public ParameterManifest parameters() {
        return ParameterManifest.of(plan);
    }

    /** Whether the study says of itself that its data are synthetic, in its name or purpose. */
    boolean synthetic() {
        return (plan.study().name() + " " + plan.study().purpose())
                .toLowerCase(Locale.ROOT)
                .contains("synthetic");
    }

    /**
     * The tensors of the model under the names of {@link ParameterManifest}, then {@code imputation}: the
     * scaled value per feature that stands for a missing one. The metadata hold what scoring needs.
     */
    public Safetensors.Contents tensors() {
        var tensors = new LinkedHashMap<String, Safetensors.Tensor>();
        float[] flat = model.parameters();
        int next = 0;
        for (var tensor : parameters().tensors()) {
            float[] part = Arrays.copyOfRange(flat, next, next + tensor.count());
            tensors.put(tensor.name(), Safetensors.Tensor.of(tensor.shape(), part));
            next += tensor.count();
        }
        float[] imputation = model.imputation();
        tensors.put("imputation", Safetensors.Tensor.of(List.of(imputation.length), imputation));
        var metadata =
                new TreeMap<>(
                        Map.of(
                                "format", "confide-model-1",
                                "modelHash", model.hash().hex(),
                                "planHash", planHash().hex(),
                                "plan", PlanJson.text(plan)));
        if (synthetic()) {
            metadata.put("synthetic", "true");
        }
        return new Safetensors.Contents(tensors, metadata);
    }
}
