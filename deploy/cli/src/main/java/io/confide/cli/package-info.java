/** The one command line of Confide. */
@NullMarked
package io.confide.cli;

import org.jspecify.annotations.NullMarked;
