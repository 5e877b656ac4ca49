package io.confide.cli.crowd;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** What a coordinator's process uses, seen from outside: by the operating system, and by its own metrics. */
final class ProcessFigures implements AutoCloseable {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(30);
    private static final long COLLECT_SECONDS_MAX = 60;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Process process;
    private final URI management;

    ProcessFigures(Process process, URI management) {
        this.process = process;
        this.management = management;
    }

    /**
     * @param heapBytes in use after a collection
     * @param residentBytes of the process; empty where the system does not tell
     * @param threads of the operating system; empty where the system does not tell
     */
    record Memory(double heapBytes, OptionalLong residentBytes, OptionalLong threads) {}

    /** Collects garbage and returns what is still in use. */
    Memory memory() throws IOException, InterruptedException {
        collect();
        return new Memory(
                metric("jvm_memory_used_bytes{area=\"heap\"").orElse(Double.NaN),
                status("VmRSS:", 1024),
                status("Threads:", 1));
    }

    /**
     * Processor time since the process began.
     *
     * @throws ConfideException INTERNAL where the operating system does not tell it
     */
    Duration processor() {
        return process.info()
                .totalCpuDuration()
                .orElseThrow(
                        () ->
                                new ConfideException(
                                        ErrorCode.INTERNAL,
                                        "This operating system does not tell the processor time of"
                                                + " another process, without which nothing can be"
                                                + " measured."));
    }

    /** How long {@code /readyz} takes to answer, whatever it answers; empty if it does not listen. */
    OptionalLong readyMillis() throws InterruptedException {
        long begin = System.nanoTime();
        try {
            get("/readyz");
        } catch (IOException _) {
            return OptionalLong.empty();
        }
        return OptionalLong.of((System.nanoTime() - begin) / 1_000_000);
    }

    private void collect() throws IOException, InterruptedException {
        var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        var collecting =
                new ProcessBuilder(jcmd.toString(), Long.toString(process.pid()), "GC.run")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        if (!collecting.waitFor(COLLECT_SECONDS_MAX, TimeUnit.SECONDS)
                || collecting.exitValue() != 0) {
            throw new ConfideException(
                    ErrorCode.INTERNAL,
                    "The coordinator's memory cannot be measured: %s %d GC.run has failed."
                            .formatted(jcmd, process.pid()));
        }
    }

    /** The sum of a metric over its labels. */
    private OptionalDouble metric(String start) throws IOException, InterruptedException {
        var values =
                get("/metrics")
                        .lines()
                        .filter(line -> line.startsWith(start))
                        .mapToDouble(
                                line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                        .toArray();
        return values.length == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(java.util.Arrays.stream(values).sum());
    }

    private OptionalLong status(String key, long unit) throws IOException {
        var file = Path.of("/proc", Long.toString(process.pid()), "status");
        if (!Files.isReadable(file)) {
            return OptionalLong.empty();
        }
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(key))
                .mapToLong(line -> unit * Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst();
    }

    private String get(String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(management.resolve(path)).timeout(ANSWER_MAX).build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    @Override
    public void close() {
        client.close();
    }
}
