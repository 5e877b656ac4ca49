/**
 * Discrete Gaussian noise on whole numbers, drawn without floating-point arithmetic: a double in this path would leave
 * holes in the law that tell outputs of neighbouring data apart (Mironov 2012). {@link
 * io.confide.common.privacy.noise.TableDiscreteGaussian} is fast and within 2^-120 of the law, {@link
 * io.confide.common.privacy.noise.ExactDiscreteGaussian} is the law itself and its oracle.
 *
 * <p>The time of a draw depends on the noise drawn. Noise is drawn before data is touched, never in between.
 */
@NullMarked
package io.confide.common.privacy.noise;

import org.jspecify.annotations.NullMarked;
