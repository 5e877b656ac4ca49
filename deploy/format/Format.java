import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
        var wrong = new ArrayList<Path>();
        for (Path file : sources(Path.of(args[0]))) {
            String source = Files.readString(file);
            String formatted =
                    formatter.formatSourceAndFixImports(
                            RemoveUnusedImports.removeUnusedImports(source));
            if (!formatted.equals(source)) {
                wrong.add(file);
                if (replace) {
                    Files.writeString(file, formatted);
                }
            }
        }
        if (!wrong.isEmpty() && !replace) {
            wrong.forEach(file -> System.err.println("not formatted: " + file));
            System.err.println(
                    wrong.size()
                            + " file(s) differ from google-java-format; run: ./mvnw -N -q"
                            + " process-sources -Dformat=replace");
            System.exit(1);
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
