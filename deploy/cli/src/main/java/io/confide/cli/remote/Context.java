package io.confide.cli.remote;

import io.confide.cli.JsonText;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;

/**
 * Which coordinator a person talks to: the address of its people's port, the file with the bearer token, and the
 * authority's certificate (PEM) that alone is trusted.
 */
public record Context(URI coordinator, Path tokenFile, Path authority) {
    /** The context file of a demo in the current folder. */
    public static final Path DEMO = Path.of(".confide/demo/context.json");

    /** The first context file there is: CONFIDE_CONTEXT, the person's own, the demo's of the current folder. */
    public static Optional<Path> locate(Map<String, String> environment) {
        var named = environment.get("CONFIDE_CONTEXT");
        if (named != null && !named.isBlank()) {
            return Optional.of(Path.of(named));
        }
        var own = Path.of(System.getProperty("user.home", "."), ".confide", "context.json");
        if (Files.isRegularFile(own)) {
            return Optional.of(own);
        }
        return Optional.of(DEMO).filter(Files::isRegularFile);
    }

    /** Reads a context file; paths in it are relative to it. */
    public static Context read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new ConfideException(
                    ErrorCode.FILE_MISSING,
                    "The context file "
                            + file
                            + " does not exist. Correct CONFIDE_CONTEXT, or use --coordinator,"
                            + " --token-file and --authority.");
        }
        var json = JsonText.parse(Files.readString(file), file.toString());
        var absolute = file.toAbsolutePath();
        return new Context(
                uri(text(json.path("coordinator").asText(), "coordinator", file)),
                absolute.resolveSibling(text(json.path("tokenFile").asText(), "tokenFile", file)),
                absolute.resolveSibling(text(json.path("authority").asText(), "authority", file)));
    }

    /** Parses the address of a coordinator. */
    public static URI uri(String text) {
        try {
            var uri = URI.create(text);
            if ("https".equals(uri.getScheme()) && uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException _) {
            // reported below like any other address that is not one
        }
        throw new ConfideException(
                ErrorCode.BAD_ARGUMENT,
                "\""
                        + text
                        + "\" is not the address of a coordinator. Write it like"
                        + " https://host:8444.");
    }

    /** Writes this context, atomically. */
    public void write(Path file) throws IOException {
        var json =
                JsonText.object()
                        .put("coordinator", coordinator.toString())
                        .put("tokenFile", tokenFile.toAbsolutePath().toString())
                        .put("authority", authority.toAbsolutePath().toString());
        var part = file.resolveSibling(file.getFileName() + ".part");
        Files.writeString(part, JsonText.pretty(json) + "\n");
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String text(String value, String key, Path file) {
        if (value.isBlank()) {
            throw new ConfideException(
                    ErrorCode.BAD_FILE, file + " has no \"" + key + "\". Add it.");
        }
        return value;
    }
}
