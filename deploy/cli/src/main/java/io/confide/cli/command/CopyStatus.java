package io.confide.cli.command;

import io.confide.cli.Terminal;
import io.confide.coordinator.backup.Progress;

/** How far a copy is, on one line of a terminal; long copies alone show it. */
final class CopyStatus implements Progress, AutoCloseable {
    private static final long SHOWN_BYTES_MIN = 32L << 20;

    private final Terminal terminal;

    CopyStatus(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void at(String what, long done, long of) {
        if (of >= SHOWN_BYTES_MIN) {
            long percent = Math.min(100, 100 * done / of);
            terminal.status(
                    "   %s   %s of %s   %d %%"
                            .formatted(
                                    what,
                                    CostLines.bytes(Math.min(done, of)),
                                    CostLines.bytes(of),
                                    percent));
        }
    }

    @Override
    public void close() {
        terminal.clearStatus();
    }
}
