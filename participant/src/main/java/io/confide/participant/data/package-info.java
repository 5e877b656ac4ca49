/**
 * Site data from the site's own SQL: one SELECT, run in an in-memory DuckDB that is locked down once the sources
 * are read, checked against the study's dictionary, scaled with its public constants. Only this package imports
 * DuckDB. Nothing here writes a value of a row into a message or a log: column names and counts only.
 */
@NullMarked
package io.confide.participant.data;

import org.jspecify.annotations.NullMarked;
