/**
 * The shell of jobs: one mailbox and one virtual thread per job, which steps the machines, appends what happened, and
 * only then does what somebody can see.
 *
 * <p>Invariants: everything of a job runs on its own thread; nothing is polled; a batch of facts is durable before any
 * effect of it leaves; a failed append ends the job and lets nothing of the batch out.
 */
@NullMarked
package io.confide.coordinator.driver;

import org.jspecify.annotations.NullMarked;
