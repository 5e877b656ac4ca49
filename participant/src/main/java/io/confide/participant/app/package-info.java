/** Wiring of the participant process, and what the command line asks of a site's home. */
@NullMarked
package io.confide.participant.app;

import org.jspecify.annotations.NullMarked;
