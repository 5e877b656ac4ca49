package io.confide.coordinator.jdbc;

import io.confide.coordinator.port.Enrolments;
import io.confide.coordinator.port.EnrolmentsContract;
import io.confide.coordinator.port.Leases;
import io.confide.coordinator.port.LeasesContract;
import io.confide.coordinator.port.RoundLogContract;
import io.confide.coordinator.port.SessionStore;
import io.confide.coordinator.port.SessionStoreContract;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;

import java.util.ArrayDeque;
import java.util.Deque;

/** Every contract of the ports, on one kind of database. */
abstract class EveryContract {
    private final Deque<Database> opened = new ArrayDeque<>();

    /** Makes an empty database and returns its URL. */
    abstract String fresh() throws Exception;

    private Database open() throws Exception {
        opened.push(Database.open(fresh()));
        return opened.element();
    }

    @AfterEach
    void close() {
        opened.forEach(Database::close);
        opened.clear();
    }

    @Nested
    class Log extends RoundLogContract {
        @Override
        protected Both create() throws Exception {
            var database = open();
            return new Both(new JdbcRoundLog(database), new JdbcLeases(database));
        }
    }

    @Nested
    class LeaseRows extends LeasesContract {
        @Override
        protected Leases create() throws Exception {
            return new JdbcLeases(open());
        }
    }

    @Nested
    class EnrolmentRows extends EnrolmentsContract {
        @Override
        protected Enrolments create() throws Exception {
            return new JdbcEnrolments(open());
        }
    }

    @Nested
    class SessionRows extends SessionStoreContract {
        @Override
        protected SessionStore create() throws Exception {
            return new JdbcSessions(open());
        }
    }

    @Nested
    class Store extends JobStoreContract {
        private String url;

        @BeforeEach
        void make() throws Exception {
            url = fresh();
        }

        @Override
        Database open() {
            return Database.open(url);
        }
    }

    @Nested
    class PlaceRows extends PlacesContract {
        private String url;

        @BeforeEach
        void make() throws Exception {
            url = fresh();
        }

        @Override
        Database open() {
            return Database.open(url);
        }
    }
}
