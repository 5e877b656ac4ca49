/**
 * The numbers of secure aggregation (PROTOCOL.md §3.6): how many neighbours a site needs, how many shares open a secret,
 * who signs for a large roster, how long an epoch may be. Pure functions of N, C and the assumed dropouts, so that every
 * site computes them itself.
 */
@NullMarked
package io.confide.common.secagg.graph;

import org.jspecify.annotations.NullMarked;
