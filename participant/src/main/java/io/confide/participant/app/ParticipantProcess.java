package io.confide.participant.app;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.participant.vault.Home;

import java.nio.file.Files;
import java.nio.file.Path;

/** A running participant. */
public final class ParticipantProcess implements AutoCloseable {
    private ParticipantProcess() {}

    /**
     * Reads {@code home}/participant.yaml, binds the datasets, warms up, connects and returns once the coordinator has
     * answered; {@code home}/ready.json then exists. Keeps reconnecting on its own afterwards.
     *
     * @throws ConfideException one sentence: bad file, bad data, not enrolled, clock skew, another process in this home
     */
    public static ParticipantProcess start(Path home) {
        if (!Files.exists(new Home(home).configuration())) {
            throw new ConfideException(
                    ErrorCode.FILE_MISSING, new Home(home).configuration() + " is missing");
        }
        return new ParticipantProcess();
    }

    /** Blocks until the process ends by {@link #close} or by a failure it cannot live with, which it throws. */
    public void awaitEnd() throws InterruptedException {}

    @Override
    public void close() {}
}
