package io.confide.cli.remote;

import com.fasterxml.jackson.databind.JsonNode;

import io.confide.cli.JsonText;
import io.confide.cli.OutputFolder;
import io.confide.common.files.TextFile;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.coordinator.job.Planner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;

/** Jobs as files: what is sent, what is fetched, and how a person names one. */
public final class JobFiles {
    private JobFiles() {}

    /** What a submission sends: both files as they are; mistakes in them are told before anybody is asked. */
    public static JsonNode body(Path job, Path study) {
        var jobText = read(job, "the job");
        var studyText = read(study, "the study (name it with --study)");
        try {
            Planner.read(jobText, studyText);
        } catch (ConfideException e) {
            throw named(e, job, study);
        }
        return JsonText.object().put("job", jobText).put("study", studyText);
    }

    /** A mistake in the job or the study, under the name that the file has here. */
    public static ConfideException named(ConfideException mistake, Path job, Path study) {
        var sentence = mistake.sentence();
        var here = sentence.replaceFirst("^job\\.yaml (?=has |asks )", quoted(job) + " ");
        here = here.replaceFirst("^study\\.yaml (?=has )", quoted(study) + " ");
        return here.equals(sentence) ? mistake : new ConfideException(mistake.code(), here);
    }

    private static String quoted(Path file) {
        return Matcher.quoteReplacement(file.toString());
    }

    private static String read(Path file, String what) {
        if (!Files.exists(file)) {
            throw new ConfideException(
                    ErrorCode.FILE_MISSING, file + " does not exist; it should be " + what + ".");
        }
        return TextFile.read(file);
    }

    /** The job whose id starts with {@code id}, or that is called {@code id}; the newest if {@code id} is empty. */
    public static JsonNode find(RemoteCoordinator coordinator, String id)
            throws IOException, InterruptedException {
        var matches = new ArrayList<JsonNode>();
        for (var job : coordinator.get("jobs")) {
            if (id.isEmpty()
                    || job.path("id").asText().startsWith(id)
                    || job.path("name").asText().equals(id)) {
                matches.add(job);
            }
        }
        if (matches.isEmpty()) {
            throw new ConfideException(
                    ErrorCode.NOT_FOUND,
                    (id.isEmpty() ? "There are no jobs yet." : "There is no job \"" + id + "\".")
                            + " confide job list shows what there is.");
        }
        boolean byName = !id.isEmpty() && matches.getFirst().path("name").asText().equals(id);
        if (matches.size() > 1 && !id.isEmpty() && !byName) {
            throw new ConfideException(
                    ErrorCode.BAD_ARGUMENT,
                    "\""
                            + id
                            + "\" begins the id of "
                            + matches.size()
                            + " jobs. Give more digits.");
        }
        return matches.getFirst();
    }

    /**
     * Fetches every file of a completed job's model into {@code folder}; each is whole or not there.
     *
     * @throws ConfideException CONFLICT if the folder holds another job's model, which then stays as it is
     */
    public static List<Path> download(RemoteCoordinator coordinator, String job, Path folder)
            throws IOException, InterruptedException {
        ModelFolder.require(folder, job);
        OutputFolder.create(folder);
        var written = new ArrayList<Path>();
        for (var model : coordinator.get("models")) {
            if (!model.path("job").asText().equals(job)) {
                continue;
            }
            for (var file : model.path("files")) {
                var name = plain(file.asText());
                var bytes = coordinator.download("jobs/" + job + "/artifacts/" + name);
                var part = folder.resolve("." + name + ".part");
                Files.write(part, bytes.unsafeArray());
                written.add(
                        Files.move(
                                part,
                                folder.resolve(name),
                                StandardCopyOption.ATOMIC_MOVE,
                                StandardCopyOption.REPLACE_EXISTING));
            }
        }
        return written;
    }

    static boolean isPlain(String name) {
        return name.matches("[A-Za-z0-9][A-Za-z0-9._-]*");
    }

    private static String plain(String name) {
        if (!isPlain(name)) {
            throw new ConfideException(
                    ErrorCode.PROTOCOL,
                    "The coordinator names a file \"" + name + "\", which is not a plain name.");
        }
        return name;
    }
}
