package io.confide.cli.process;

/** Ends this JVM when another process has ended, so that a killed demo leaves no orphans. */
public final class ParentWatch {
    /** How long an orderly end may take. */
    private static final long GRACE_MILLIS = 5_000;

    private ParentWatch() {}

    /** Starts watching process {@code pid}. */
    public static void endWith(long pid) {
        var parent = ProcessHandle.of(pid);
        if (parent.isEmpty()) {
            System.exit(0);
            return;
        }
        var _ = parent.get().onExit().thenRun(ParentWatch::end);
    }

    private static void end() {
        var last = new Thread(ParentWatch::haltLater, "halt-later");
        last.setDaemon(true);
        last.start();
        System.exit(0);
    }

    private static void haltLater() {
        try {
            Thread.sleep(GRACE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(0);
    }
}
