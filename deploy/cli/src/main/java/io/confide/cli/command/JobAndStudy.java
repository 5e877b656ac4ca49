package io.confide.cli.command;

import com.fasterxml.jackson.databind.JsonNode;

import io.confide.cli.remote.JobFiles;
import io.confide.cli.remote.RemoteCoordinator;
import io.confide.common.model.ConfideException;

import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The two files of a job. */
final class JobAndStudy {
    @Parameters(paramLabel = "JOB.yaml", description = "The job.")
    private Path job = Path.of("job.yaml");

    @Option(
            names = "--study",
            paramLabel = "FILE",
            description = "The study. Default: study.yaml beside the job.")
    private Optional<Path> study = Optional.empty();

    /** Sends both files to {@code path}; mistakes in them are told under their own names. */
    JsonNode post(RemoteCoordinator coordinator, String path, JsonNode body)
            throws IOException, InterruptedException {
        try {
            return coordinator.post(path, body);
        } catch (ConfideException e) {
            throw JobFiles.named(e, job, studyFile());
        }
    }

    JsonNode body() {
        return JobFiles.body(job, studyFile());
    }

    private Path studyFile() {
        return study.orElse(job.resolveSibling("study.yaml"));
    }
}
