/** {@code confide privacy}: what noise is worth, with everything that the answer takes for granted. */
@NullMarked
package io.confide.cli.privacy;

import org.jspecify.annotations.NullMarked;
