package io.confide.cli.process;

import io.confide.cli.JsonText;
import io.confide.cli.PrivateLog;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The child processes of a demo. They end with this JVM in every case: by {@link #close}, by a shutdown hook when it
 * is told to stop, and by watching it when it is killed.
 */
public final class Fleet implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(5);

    /** A process that is recorded writes tens of megabytes when it ends. */
    private static final Duration RECORDED_GRACE = Duration.ofSeconds(60);

    private static final long POLL_MILLIS = 25;
    private static final Pattern SENTENCE = Pattern.compile("confide: (.*) \\[error (\\d+)]");

    private final Map<String, Child> children = new LinkedHashMap<>();
    private final Set<JvmOptions.Role> recorded = EnumSet.noneOf(JvmOptions.Role.class);
    private final JvmOptions.Life life;
    private final Path pids;
    private final Thread hook = new Thread(this::stop, "stop-children");

    /** One process and where its output goes. */
    public record Child(String name, Process process, Path log) {}

    /**
     * @param life of every child
     * @param pids JSON file that names the process id of every child, rewritten with every start
     */
    public Fleet(JvmOptions.Life life, Path pids) {
        this.life = life;
        this.pids = pids;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Starts a Confide command as {@code name}; its output goes to {@code log}. */
    public Child start(JvmOptions.Role role, String name, Path log, List<String> arguments)
            throws IOException {
        var rehearsal = JvmOptions.rehearsal();
        var command =
                rehearsal.isPresent() && recorded.add(role)
                        ? JvmOptions.recorded(role, life, rehearsal.get())
                        : JvmOptions.command(role, life);
        command.addAll(arguments);
        command.addAll(List.of("--exit-with", Long.toString(ProcessHandle.current().pid())));
        PrivateLog.prepared(log);
        var process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .redirectInput(Path.of("/dev/null").toFile())
                        .start();
        var child = new Child(name, process, log);
        synchronized (children) {
            children.put(name, child);
        }
        writePids();
        return child;
    }

    /** Waits until {@code child} has written {@code ready}; throws its own sentence if it ends before. */
    public void awaitReady(Child child, Path ready, Duration patience)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (!Files.isRegularFile(ready)) {
            if (!child.process().isAlive()) {
                throw ended(child);
            }
            if (System.nanoTime() > end) {
                throw new ConfideException(
                        ErrorCode.INTERNAL,
                        child.name()
                                + " was not ready within "
                                + patience.toSeconds()
                                + " s. Its log is "
                                + child.log()
                                + ".");
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    /** Whether a child with this name runs. */
    public List<String> ended() {
        synchronized (children) {
            return children.values().stream()
                    .filter(child -> !child.process().isAlive())
                    .map(Child::name)
                    .toList();
        }
    }

    /**
     * By name the processor time of every child since it began.
     *
     * @throws ConfideException INTERNAL where the operating system does not tell it
     */
    public Map<String, Duration> processorTimes() {
        var times = new LinkedHashMap<String, Duration>();
        synchronized (children) {
            children.forEach((name, child) -> times.put(name, processorTime(child)));
        }
        return times;
    }

    private static Duration processorTime(Child child) {
        return child.process()
                .info()
                .totalCpuDuration()
                .orElseThrow(
                        () ->
                                new ConfideException(
                                        ErrorCode.INTERNAL,
                                        child.process().isAlive()
                                                ? "This operating system does not tell the"
                                                        + " processor time of another process,"
                                                        + " without which nothing can be measured."
                                                : child.name()
                                                        + " has ended. Its log is "
                                                        + child.log()
                                                        + "."));
    }

    /** Why a child has ended, in its own words. */
    private static ConfideException ended(Child child) throws IOException {
        var said =
                Files.readAllLines(child.log()).stream()
                        .map(SENTENCE::matcher)
                        .filter(Matcher::matches)
                        .reduce((_, last) -> last);
        if (said.isEmpty()) {
            return new ConfideException(
                    ErrorCode.INTERNAL,
                    child.name() + " ended without a word. Its log is " + child.log() + ".");
        }
        var code =
                Arrays.stream(ErrorCode.values())
                        .filter(known -> said.get().group(2).equals("" + known.number()))
                        .findFirst()
                        .orElse(ErrorCode.INTERNAL);
        return new ConfideException(code, child.name() + ": " + said.get().group(1));
    }

    private void writePids() throws IOException {
        var json = JsonText.object();
        json.put("demo", ProcessHandle.current().pid());
        synchronized (children) {
            children.values().forEach(child -> json.put(child.name(), child.process().pid()));
        }
        var part = pids.resolveSibling(pids.getFileName() + ".part");
        Files.writeString(part, JsonText.pretty(json) + "\n");
        Files.move(part, pids, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void stop() {
        List<Child> all;
        synchronized (children) {
            all = new ArrayList<>(children.values());
        }
        all.reversed().forEach(child -> child.process().destroy());
        var grace = recorded.isEmpty() ? GRACE : RECORDED_GRACE;
        long end = System.nanoTime() + grace.toNanos();
        for (var child : all) {
            try {
                long left = Math.max(1, end - System.nanoTime());
                if (!child.process().waitFor(left, TimeUnit.NANOSECONDS)) {
                    child.process().destroyForcibly();
                }
            } catch (InterruptedException e) {
                child.process().destroyForcibly();
            }
        }
    }

    /** Stops every child: asks, waits a little, then ends it. */
    @Override
    public void close() {
        stop();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // this JVM is on its way out and the hook has done the same
        }
    }
}
