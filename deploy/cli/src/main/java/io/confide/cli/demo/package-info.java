/**
 * The demo: a coordinator and one process per hospital on this machine, one job from start to end. It alone, and only
 * because all its data are public, also trains on everything in one place to compare.
 */
@NullMarked
package io.confide.cli.demo;

import org.jspecify.annotations.NullMarked;
