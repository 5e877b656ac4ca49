/**
 * Local training on DJL's PyTorch engine; only this package imports {@code ai.djl}, and only {@code float[]} and
 * {@code double[]} leave it.
 *
 * <p>Everything native happens on one platform thread per {@link TorchRuntime}, because libtorch's grad mode
 * belongs to a thread and fresh threads start with it on. Every step has its own {@code NDManager}: results go to the
 * manager of an operation's first operand, so a parameter is never the first operand, and what {@code getGradient} returns is moved
 * to the step's manager. Randomness is Java's, seeded from the plan: libtorch's generator is shared by the process.
 */
@NullMarked
package io.confide.participant.djl;

import org.jspecify.annotations.NullMarked;
