/**
 * The database behind the ports: SQLite (WAL, {@code synchronous=FULL}) embedded, or PostgreSQL, by one SQL
 * and one set of migrations (Flyway).
 *
 * <p>Invariants: one append is one transaction; an append under an old fence writes nothing; an append outlasts an outage
 * and is made once; a full disk is one
 * sentence and leaves nothing half-written.
 */
@NullMarked
package io.confide.coordinator.jdbc;

import org.jspecify.annotations.NullMarked;
