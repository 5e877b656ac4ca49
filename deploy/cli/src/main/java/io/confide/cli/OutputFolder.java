package io.confide.cli;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder that a command writes into. */
public final class OutputFolder {
    private OutputFolder() {}

    /**
     * Returns {@code folder}, made with its parents if it was not there.
     *
     * @throws ConfideException BAD_ARGUMENT if it cannot be made
     */
    public static Path create(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new ConfideException(
                    ErrorCode.BAD_ARGUMENT,
                    "The folder "
                            + folder
                            + " cannot be made"
                            + (Files.exists(folder)
                                    ? ": there is a file of that name"
                                    : e instanceof AccessDeniedException
                                            ? ": this user may not write there"
                                            : "")
                            + ". Choose another place.");
        }
    }
}
