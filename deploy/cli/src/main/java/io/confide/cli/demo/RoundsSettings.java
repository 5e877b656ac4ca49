package io.confide.cli.demo;

import java.time.Duration;
import java.util.OptionalDouble;

/**
 * What {@code confide bench rounds} runs.
 *
 * @param dimension of the model, about
 * @param rows records at each site, all of which are in every sum
 * @param epsilon record-level differential privacy of the whole job; empty: none
 * @param warmUp rounds run for so long before anything is measured
 */
public record RoundsSettings(
        int sites,
        int dimension,
        int rows,
        OptionalDouble epsilon,
        Duration warmUp,
        Duration measured) {}
