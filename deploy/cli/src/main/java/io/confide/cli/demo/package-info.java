/**
 * The demo: a coordinator and one process per hospital on this machine, one job from start to end. It alone, and only
 * because all its data are public, also trains on everything in one place to compare. The same processes, with records
 * made up, are what {@code confide bench rounds} measures.
 */
@NullMarked
package io.confide.cli.demo;

import org.jspecify.annotations.NullMarked;
