/** Wires the coordinator by {@code new}; the only place that reads the clock, draws randomness and opens files by default. */
@NullMarked
package io.confide.coordinator.app;

import org.jspecify.annotations.NullMarked;
