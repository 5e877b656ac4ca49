package io.confide.coordinator.jdbc;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a SQLite database lies.
 *
 * @param options of the driver, with their question mark; empty if there are none
 */
public record SqliteUrl(Path file, String options) {
    private static final String SCHEME = "jdbc:sqlite:";

    /** Returns the place that {@code url} names, a relative path counted from {@code home}; empty for another database. */
    public static Optional<SqliteUrl> of(String url, Path home) {
        if (!url.startsWith(SCHEME)) {
            return Optional.empty();
        }
        String name = url.substring(SCHEME.length());
        int options = name.indexOf('?');
        return Optional.of(
                options < 0
                        ? new SqliteUrl(home.resolve(name), "")
                        : new SqliteUrl(
                                home.resolve(name.substring(0, options)), name.substring(options)));
    }

    public String url() {
        return SCHEME + file + options;
    }
}
