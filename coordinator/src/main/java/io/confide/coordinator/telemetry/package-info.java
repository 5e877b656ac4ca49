/** Counters and timers for operators. Every label comes from a closed enumeration: no site, job or file name gets here. */
@NullMarked
package io.confide.coordinator.telemetry;

import org.jspecify.annotations.NullMarked;
