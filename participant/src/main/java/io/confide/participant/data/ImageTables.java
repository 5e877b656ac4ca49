package io.confide.participant.data;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import org.duckdb.DuckDBConnection;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Pictures with their classes as Parquet files that a site can bind: one row per picture with {@code image} (the number of
 * the picture in its source, as text), {@code class} (its number) and {@code pixel} (a list of values 0 to 255, row by row).
 */
public final class ImageTables {
    private ImageTables() {}

    /**
     * Deals the pictures to {@code files} in turn: the first to the first file, the second to the second.
     *
     * @param name stands before each picture's number, so that pictures of two sources have different names
     * @throws ConfideException BAD_FILE if there are not as many classes as pictures, INTERNAL if a file cannot be written
     */
    public static void deal(String name, IdxFile pictures, IdxFile classes, List<Path> files) {
        if (classes.width() != 1 || classes.items() != pictures.items()) {
            throw new ConfideException(
                    ErrorCode.BAD_FILE,
                    "There are %d pictures, but %d classes of %d values each: the two files do not belong together."
                            .formatted(pictures.items(), classes.items(), classes.width()));
        }
        for (int part = 0; part < files.size(); part++) {
            write(name, pictures, classes, part, files.size(), files.get(part));
        }
    }

    private static void write(
            String name, IdxFile pictures, IdxFile classes, int first, int step, Path file) {
        try (Connection connection = SourceTable.open();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE dealt (image VARCHAR, class SMALLINT, pixel SMALLINT[%d])"
                            .formatted(pictures.width()));
            try (var rows =
                    connection.unwrap(DuckDBConnection.class).createAppender("main", "dealt")) {
                for (int item = first; item < pictures.items(); item += step) {
                    rows.beginRow()
                            .append(name + "-" + item)
                            .append(classes.item(item)[0])
                            .append(pictures.item(item))
                            .endRow();
                }
            }
            statement.execute(
                    "COPY (SELECT image, class::UTINYINT AS class, pixel::UTINYINT[] AS pixel FROM"
                            + " dealt) TO "
                            + SourceTable.text(file.toString())
                            + " (FORMAT parquet, COMPRESSION zstd)");
        } catch (SQLException e) {
            throw new ConfideException(
                    ErrorCode.INTERNAL, file + " cannot be written: " + e.getMessage(), e);
        }
    }
}
