import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.JavaFormatterOptions;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Checks, or with {@code replace} applies, google-java-format (AOSP) to every Java file below the given folder. */
public final class Format {
    private Format() {}

    public static void main(String[] args) throws Exception {
        boolean replace = args.length > 1 && args[1].equals("replace");
        var formatter =
                new Formatter(
                        JavaFormatterOptions.builder()
                                .style(JavaFormatterOptions.Style.AOSP)
                                .formatJavadoc(false)
                                .build());
        var wrong =
                sources(Path.of(args[0])).parallelStream()
                        .filter(file -> !isFormatted(formatter, file, replace))
                        .toList();
        if (!wrong.isEmpty() && !replace) {
            wrong.forEach(file -> System.err.println("not formatted: " + file));
            System.err.println(
                    wrong.size()
                            + " file(s) differ from google-java-format; run: ./mvnw -N -q"
                            + " process-sources -Dformat=replace");
            System.exit(1);
        }
    }

    /** Formats the file first if {@code replace}, and returns then too whether nothing had to be done. */
    private static boolean isFormatted(Formatter formatter, Path file, boolean replace) {
        try {
            String source = Files.readString(file);
            String formatted = formatter.formatSourceAndFixImports(source);
            boolean same = formatted.equals(source);
            if (!same && replace) {
                Files.writeString(file, formatted);
            }
            return same;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (FormatterException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }

    private static List<Path> sources(Path root) throws IOException {
        try (var files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.toString().contains("/target/"))
                    .filter(file -> !file.toString().contains("/.confide/"))
                    .sorted()
                    .toList();
        }
    }
}
