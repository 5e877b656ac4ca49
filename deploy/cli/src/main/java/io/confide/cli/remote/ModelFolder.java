package io.confide.cli.remote;

import io.confide.cli.JsonText;
import io.confide.common.files.TextFile;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;

/** A folder with the files of one model. Its manifest says of which job, and which files belong to it. */
public final class ModelFolder {
    private static final String MANIFEST = "manifest.json";
    private static final String MODEL = "model.safetensors";

    private ModelFolder() {}

    /** Throws CONFLICT if {@code folder} holds a model of another job than {@code job}. */
    public static void require(Path folder, String job) {
        var manifest = folder.resolve(MANIFEST);
        if (!Files.exists(manifest) && !Files.exists(folder.resolve(MODEL))) {
            return;
        }
        var other = Files.exists(manifest) ? job(manifest) : "";
        if (!other.equals(job)) {
            throw new ConfideException(
                    ErrorCode.CONFLICT,
                    folder
                            + " holds the model of "
                            + (other.isEmpty() ? "an unknown job" : "job " + other)
                            + ". Choose another folder with --to, or replace that model with"
                            + " --force.");
        }
    }

    /** Removes the files of the model that is in {@code folder} and nothing else. */
    public static void clear(Path folder) throws IOException {
        var names = new ArrayList<String>();
        var manifest = folder.resolve(MANIFEST);
        if (Files.exists(manifest)) {
            JsonText.parse(TextFile.read(manifest), manifest.toString())
                    .path("files")
                    .fieldNames()
                    .forEachRemaining(names::add);
        }
        names.add(MODEL);
        names.add(MANIFEST);
        for (var name : names) {
            // A manifest is only a file: it must not name one outside its folder.
            if (JobFiles.isPlain(name)) {
                Files.deleteIfExists(folder.resolve(name));
            }
        }
    }

    private static String job(Path manifest) {
        return JsonText.parse(TextFile.read(manifest), manifest.toString()).path("job").asText();
    }
}
