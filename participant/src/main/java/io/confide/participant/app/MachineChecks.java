package io.confide.participant.app;

import io.confide.common.files.ParticipantConfig;
import io.confide.participant.app.Doctor.Check;
import io.confide.participant.djl.DjlTrainer;
import io.confide.participant.djl.TorchRuntime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What doctor asks of the computer. */
final class MachineChecks {
    private static final int JAVA_MIN = 25;
    private static final Path NVIDIA = Path.of("/proc/driver/nvidia/version");
    private static final Path SWAPS = Path.of("/proc/swaps");
    private static final Path LIMITS = Path.of("/proc/self/limits");

    Check java() {
        var version = Runtime.version();
        String text = System.getProperty("java.version", "unknown");
        return version.feature() >= JAVA_MIN
                ? Check.ok("Java runtime", text)
                : Check.problem("Java runtime", text + " is too old", "install Java 25");
    }

    /** The engine runs, and on the device that was asked for. */
    List<Check> training(Optional<ParticipantConfig> config) {
        var checks = new ArrayList<Check>();
        var device =
                config.map(read -> read.training().device()).orElse(ParticipantConfig.Device.AUTO);
        int threads = config.map(read -> read.training().threads()).orElse(1);
        checks.add(
                Doctor.guarded(
                        "local training",
                        "run on Linux, macOS or Windows with x86-64 or arm64; the log has the"
                                + " engine's own message",
                        () -> {
                            try (var trainer =
                                    new DjlTrainer(TorchRuntime.start(choice(device), threads))) {
                                WarmUp.run(trainer);
                                return Check.ok(
                                        "local training",
                                        "PyTorch engine trains, "
                                                + threads
                                                + (threads == 1 ? " thread" : " threads"));
                            }
                        }));
        checks.add(Doctor.guarded("GPU", "set training.device: cpu", () -> gpu(device)));
        return checks;
    }

    /** What could bring the secrets of a running process onto a disk. */
    List<Check> memory() {
        var checks = new ArrayList<Check>();
        lines(SWAPS)
                .filter(lines -> lines.size() > 1)
                .ifPresent(
                        _ ->
                                checks.add(
                                        Check.warning(
                                                "memory",
                                                "swap is on: round secrets could be written to"
                                                        + " disk",
                                                "switch swap off, or encrypt it")));
        lines(LIMITS)
                .flatMap(
                        lines ->
                                lines.stream()
                                        .filter(line -> line.startsWith("Max core file size"))
                                        .findFirst())
                .filter(line -> !line.matches("Max core file size\\s+0\\s.*"))
                .ifPresent(
                        _ ->
                                checks.add(
                                        Check.warning(
                                                "core dumps",
                                                "a crash could write round secrets to disk",
                                                "start the participant with ulimit -c 0")));
        return checks;
    }

    private static Check gpu(ParticipantConfig.Device device) {
        boolean driver = Files.exists(NVIDIA);
        if (device == ParticipantConfig.Device.CPU) {
            return Check.ok("GPU", "not used (training.device: cpu)");
        }
        try (var runtime = TorchRuntime.start(choice(device), 1)) {
            if (!runtime.device().equals("cpu")) {
                return Check.ok("GPU", runtime.device());
            }
        }
        return driver
                ? Check.warning(
                        "GPU",
                        "an NVIDIA driver is installed, but the engine on this computer trains on"
                                + " the CPU",
                        "add the engine's CUDA library, or set training.device: cpu to silence"
                                + " this")
                : Check.ok("GPU", "none found; training uses the CPU");
    }

    private static TorchRuntime.DeviceChoice choice(ParticipantConfig.Device device) {
        return switch (device) {
            case AUTO -> TorchRuntime.DeviceChoice.AUTO;
            case CPU -> TorchRuntime.DeviceChoice.CPU;
            case GPU -> TorchRuntime.DeviceChoice.GPU;
        };
    }

    private static Optional<List<String>> lines(Path file) {
        try {
            return Files.exists(file) ? Optional.of(Files.readAllLines(file)) : Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}
