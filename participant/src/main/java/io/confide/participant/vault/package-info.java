/** The site's durable state: records of rounds, identity, pinned roster, grants, and what left the house. */
@NullMarked
package io.confide.participant.vault;

import org.jspecify.annotations.NullMarked;
