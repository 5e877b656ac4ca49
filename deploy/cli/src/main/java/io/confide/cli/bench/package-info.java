/**
 * {@code confide bench}: the product's own code of both sides in one thread of one process, with its processor time held
 * against what the machine could do at best. Nothing here takes part in a job.
 */
@NullMarked
package io.confide.cli.bench;

import org.jspecify.annotations.NullMarked;
