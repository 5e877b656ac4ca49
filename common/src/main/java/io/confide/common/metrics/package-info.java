/** Evaluation numbers from secure sums: AUC with its error bound, log loss, accuracy, calibration. Pure functions. */
@NullMarked
package io.confide.common.metrics;

import org.jspecify.annotations.NullMarked;
