/** Who may do what: decide(actor, action, target, now), grants, and the hash-chained event log. Fails closed. */
@NullMarked
package io.confide.common.governance;

import org.jspecify.annotations.NullMarked;
