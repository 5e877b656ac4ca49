/** What the participant needs from the outside world. */
@NullMarked
package io.confide.participant.port;

import org.jspecify.annotations.NullMarked;
