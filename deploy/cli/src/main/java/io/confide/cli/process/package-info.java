/** Other operating system processes: starting, watching and ending them. */
@NullMarked
package io.confide.cli.process;

import org.jspecify.annotations.NullMarked;
