/**
 * The site's side of Confide-SA: every check before anything leaves, and the erasure afterwards
 * (PROTOCOL.md §3.4). One {@code SiteProtocol} per job, driven by one
 * thread. Invariant: what a refused message carried changes no state and opens nothing.
 */
@NullMarked
package io.confide.common.secagg.site;

import org.jspecify.annotations.NullMarked;
