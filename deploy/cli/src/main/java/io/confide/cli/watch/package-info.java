/** A running job as a picture that events are folded into, and what of it is shown. */
@NullMarked
package io.confide.cli.watch;

import org.jspecify.annotations.NullMarked;
