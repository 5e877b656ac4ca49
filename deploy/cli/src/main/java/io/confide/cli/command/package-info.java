/** One class per group of commands: parse the options, call what does the work, print what it returned. */
@NullMarked
package io.confide.cli.command;

import org.jspecify.annotations.NullMarked;
