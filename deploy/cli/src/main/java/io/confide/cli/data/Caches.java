package io.confide.cli.data;

import java.nio.file.Path;

/** Where fetched files are kept between runs. */
public final class Caches {
    private Caches() {}

    /** The folder of one public data set: below CONFIDE_CACHE, XDG_CACHE_HOME or the user's .cache. */
    public static Path data(String name) {
        return root().resolve("data").resolve(name);
    }

    private static Path root() {
        var own = System.getenv("CONFIDE_CACHE");
        if (own != null && !own.isBlank()) {
            return Path.of(own);
        }
        var shared = System.getenv("XDG_CACHE_HOME");
        var base =
                shared == null || shared.isBlank()
                        ? Path.of(System.getProperty("user.home", "."), ".cache")
                        : Path.of(shared);
        return base.resolve("confide");
    }
}
