/**
 * What noise is worth: accountants of differential privacy for Gaussian noise on sums, continuous or on the integer
 * grid, with the sampling of records before it.
 *
 * <p>Every number that leaves this package is an upper bound on the privacy loss. {@link
 * io.confide.common.privacy.RdpAccountant} adds Rényi divergences, the currency of a ledger; {@link
 * io.confide.common.privacy.PldAccountant} composes privacy loss distributions, which is tight. Neither ever returns NaN:
 * arguments that mean nothing are refused with a sentence. The samplers of the noise are in {@code privacy.noise}.
 */
@NullMarked
package io.confide.common.privacy;

import org.jspecify.annotations.NullMarked;
