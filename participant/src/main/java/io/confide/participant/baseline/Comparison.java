package io.confide.participant.baseline;

import io.confide.common.model.SiteId;

import java.util.List;
import java.util.OptionalDouble;

/**
 * Out-of-fold AUC of three ways to train, over the same folds and the same rows.
 *
 * @param all every site together
 * @param subset the named sites together
 * @param sites each site by itself, in the order given
 */
public record Comparison(Group all, Group subset, List<Site> sites) {
    public Comparison {
        sites = List.copyOf(sites);
    }

    /**
     * Each is empty where it is not defined: no federated model was given, or all rows of the group have one label.
     *
     * @param local every site with a model from its own training rows
     * @param federated the given model of each fold; the mean over several runs
     * @param pooled one model per fold from the training rows of all sites
     */
    public record Auc(OptionalDouble local, OptionalDouble federated, OptionalDouble pooled) {}

    /** @param events rows with label 1 */
    public record Group(int rows, int events, Auc auc) {}

    /** One site. Its local AUC says little where {@code alone} is TOO_FEW_EVENTS. */
    public record Site(SiteId site, int rows, int events, Auc auc, Alone alone) {}

    /** Whether a site could cross-validate a model of its own. */
    public enum Alone {
        /** Every fold can hold at least one row of either label. */
        POSSIBLE,
        /** Fewer rows of one label than folds: some model would be tested, or trained, on none. */
        TOO_FEW_EVENTS
    }
}
