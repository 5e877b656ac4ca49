package io.confide.participant.data;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Lets only a single SELECT pass. DuckDB's own parser decides, through {@code json_serialize_sql},
 * which parses SELECT statements, executes nothing and reports everything else as an error.
 */
final class SelectOnly {
    private static final String PARSE =
            """
            SELECT json_extract_string(parsed, '$.error') = 'true',
                   json_extract_string(parsed, '$.error_type'),
                   json_extract_string(parsed, '$.error_message'),
                   json_array_length(parsed, '$.statements')
            FROM (SELECT json_serialize_sql(?::VARCHAR) AS parsed)\
            """;

    private SelectOnly() {}

    static void check(Connection connection, String dataset, String query) throws SQLException {
        try (PreparedStatement parse = connection.prepareStatement(PARSE)) {
            parse.setString(1, query);
            try (ResultSet result = parse.executeQuery()) {
                result.next();
                if (result.getBoolean(1)) {
                    throw refused(dataset, result.getString(2), result.getString(3));
                }
                if (result.getLong(4) != 1) {
                    throw oneSelect(dataset);
                }
            }
        }
    }

    private static ConfideException refused(String dataset, String type, String message) {
        return "parser".equals(type)
                ? new ConfideException(
                        ErrorCode.BAD_QUERY,
                        "dataset "
                                + dataset
                                + ": the query is not valid SQL: "
                                + QueryFailure.shortened(message)
                                + "; correct it in participant.yaml")
                : oneSelect(dataset);
    }

    private static ConfideException oneSelect(String dataset) {
        return new ConfideException(
                ErrorCode.BAD_QUERY,
                "dataset "
                        + dataset
                        + ": the query must be exactly one SELECT statement; remove everything else"
                        + " from it in participant.yaml");
    }
}
