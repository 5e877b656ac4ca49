/**
 * The database behind the ports: SQLite (WAL, {@code synchronous=FULL}) embedded, one SQL that PostgreSQL understands
 * as well, migrations by Flyway.
 *
 * <p>Invariants: one append is one transaction; an append under an old fence writes nothing; a full disk is one
 * sentence and leaves nothing half-written.
 */
@NullMarked
package io.confide.coordinator.jdbc;

import org.jspecify.annotations.NullMarked;
