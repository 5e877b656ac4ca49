/** Record-level differential privacy at a site: single records' gradients, their sum in integers, and the gate to noise. */
@NullMarked
package io.confide.participant.privacy;

import org.jspecify.annotations.NullMarked;
