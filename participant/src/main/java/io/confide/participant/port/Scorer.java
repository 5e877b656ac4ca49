package io.confide.participant.port;

import io.confide.common.model.ModelSpec;
import io.confide.common.model.ModelState;

/** Applies a model to single rows. Scores of rows never leave the process that holds the rows. */
public interface Scorer {
    /** Returns the predicted probability of label 1 for every row of {@code data}, in row order. */
    double[] scores(ModelSpec spec, ModelState model, LocalData data);
}
