/** What the coordinator needs from the outside world, and what the outside world may ask of it. */
@NullMarked
package io.confide.coordinator.port;

import org.jspecify.annotations.NullMarked;
