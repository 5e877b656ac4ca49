package io.confide.coordinator.jdbc;

import com.zaxxer.hikari.HikariConfig;

import java.util.Map;

/** What a database must be told so that a commit survives a power cut; the SQL is the same for all, but for its clock. */
enum Dialect {
    /** Bounds that must hold on every connection; the defaults are not durable enough. */
    SQLITE {
        @Override
        void configure(HikariConfig config) {
            Map.of(
                            "journal_mode", "WAL",
                            "synchronous", "FULL",
                            "busy_timeout", "10000",
                            "transaction_mode", "IMMEDIATE")
                    .forEach(config::addDataSourceProperty);
        }

        @Override
        String now() {
            return "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)";
        }
    },

    /** A silent network must not hold a job for ever: what takes a minute has failed, and is tried again. */
    POSTGRESQL {
        @Override
        void configure(HikariConfig config) {
            Map.of(
                            "ApplicationName", "confide",
                            "connectTimeout", "5",
                            "socketTimeout", "60",
                            "tcpKeepAlive", "true")
                    .forEach(config::addDataSourceProperty);
            config.setConnectionInitSql(COMMITS_ARE_FORCED);
        }

        @Override
        String now() {
            return "CAST(EXTRACT(EPOCH FROM statement_timestamp()) * 1000 AS BIGINT)";
        }
    };

    /** Whatever a role or a database has as its default: a weaker one is raised, a stronger one kept. */
    private static final String COMMITS_ARE_FORCED =
            "SELECT set_config('synchronous_commit', 'on', false)"
                    + " WHERE current_setting('synchronous_commit') IN ('off', 'local')";

    abstract void configure(HikariConfig config);

    /** The time of the database when a statement begins, in milliseconds since 1970. */
    abstract String now();

    static Dialect of(String url) {
        return url.startsWith("jdbc:postgresql:") ? POSTGRESQL : SQLITE;
    }
}
