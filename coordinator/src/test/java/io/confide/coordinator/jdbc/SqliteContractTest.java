package io.confide.coordinator.jdbc;

import io.confide.coordinator.port.Enrolments;
import io.confide.coordinator.port.EnrolmentsContract;
import io.confide.coordinator.port.Leases;
import io.confide.coordinator.port.LeasesContract;
import io.confide.coordinator.port.RoundLogContract;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/** Every contract of the ports, on SQLite as it is shipped. */
class SqliteContractTest {
    @Nested
    class Log extends RoundLogContract {
        @TempDir Path directory;
        private Database database;

        @Override
        protected Both create() {
            database = open(directory);
            return new Both(new JdbcRoundLog(database), new JdbcLeases(database));
        }

        @AfterEach
        void close() {
            database.close();
        }
    }

    @Nested
    class LeaseRows extends LeasesContract {
        @TempDir Path directory;
        private Database database;

        @Override
        protected Leases create() {
            database = open(directory);
            return new JdbcLeases(database);
        }

        @AfterEach
        void close() {
            database.close();
        }
    }

    @Nested
    class EnrolmentRows extends EnrolmentsContract {
        @TempDir Path directory;
        private Database database;

        @Override
        protected Enrolments create() {
            database = open(directory);
            return new JdbcEnrolments(database);
        }

        @AfterEach
        void close() {
            database.close();
        }
    }

    @Nested
    class Store extends JobStoreContract {
        @TempDir Path directory;

        @Override
        Database open() {
            return SqliteContractTest.open(directory);
        }
    }

    private static Database open(Path directory) {
        return Database.open("jdbc:sqlite:" + directory.resolve("confide.db"));
    }
}
