/** JMH benchmarks of the single operations that a round consists of; what a whole round costs, {@code confide bench} says. */
@NullMarked
package io.confide.bench;

import org.jspecify.annotations.NullMarked;
