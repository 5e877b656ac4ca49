package io.confide.participant.djl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;

import io.confide.common.encoding.InitialModel;
import io.confide.common.model.Fold;
import io.confide.common.model.ModelSpec;
import io.confide.common.model.Task;
import io.confide.common.model.Training;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;

class TorchRuntimeTest {
    private static final long GROWTH_MAX_KIB = 80 * 1024;

    /** DJL looks for the JNI library of its own version and would download it if it were another. */
    @Test
    void theJniLibraryIsOfDjlsVersion() throws IOException {
        var jni = new Properties();
        try (var in = TorchRuntimeTest.class.getResourceAsStream("/jnilib/pytorch.properties")) {
            jni.load(in);
        }
        String version = jni.getProperty("jni_version");
        assertTrue(version.endsWith("-" + Engine.getDjlVersion()), version);
    }

    @Test
    void startsFromAnEmptyCacheWithoutTouchingTheNetwork(@TempDir Path cache) throws Exception {
        var connections = new AtomicInteger();
        try (var proxy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> count(proxy, connections));
            var command =
                    List.of(
                            ProcessHandle.current().info().command().orElseThrow(),
                            "--enable-native-access=ALL-UNNAMED",
                            "-Dhttp.proxyHost=127.0.0.1",
                            "-Dhttps.proxyHost=127.0.0.1",
                            "-Dhttp.nonProxyHosts=",
                            "-Dhttp.proxyPort=" + proxy.getLocalPort(),
                            "-Dhttps.proxyPort=" + proxy.getLocalPort(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            OfflineStart.class.getName());
            var builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().put("DJL_CACHE_DIR", cache.toString());
            builder.environment().put("ENGINE_CACHE_DIR", cache.toString());
            var process = builder.start();
            var output = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertEquals(0, process.waitFor(), output);
            assertEquals(0, connections.get(), output);
            try (var trainer = trainer()) {
                String expected = OfflineStart.digest(trainer);
                assertTrue(output.contains(expected), "another process computes other bits");
            }
        }
        try (var files = Files.walk(cache)) {
            assertTrue(
                    files.anyMatch(
                            file -> file.endsWith("libtorch_cpu.so") || OS.LINUX != OS.current()));
        }
    }

    @Test
    void gradModeIsOffWheneverWorkStarts() {
        try (var runtime = TorchRuntime.start(TorchRuntime.DeviceChoice.CPU, 1)) {
            assertFalse(runtime.call(JniUtils::isGradMode));
            runtime.call(
                    () -> {
                        JniUtils.setGradMode(true);
                        return 0;
                    });
            assertFalse(runtime.call(JniUtils::isGradMode));
            assertEquals("cpu", runtime.device());
        }
    }

    @Test
    void closingTwiceIsHarmless() {
        var runtime = TorchRuntime.start(TorchRuntime.DeviceChoice.CPU, 1);
        runtime.close();
        runtime.close();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void twoThousandStepsDoNotLeak() throws IOException {
        var training = new Training(Training.Mode.FEDAVG, 1, 10, 64, 0.01, 0.01);
        var plan = Plans.of(new ModelSpec.Mlp(List.of(256, 128)), training, 200);
        var data = RandomRows.of(640, 200, 3);
        var model = InitialModel.of(plan);
        var runtime = TorchRuntime.start(TorchRuntime.DeviceChoice.CPU, 1);
        try (var trainer = new DjlTrainer(runtime)) {
            var train = new Task.Train(new Fold.All());
            var evaluate = new Task.Evaluate(new Fold.Held(1));
            long before = 0;
            int arrays = 0;
            for (int round = 0; round < 22; round++) {
                trainer.run(plan, train, model, data);
                trainer.run(plan, evaluate, model, data);
                if (round == 2) {
                    before = residentKib();
                    arrays = arrays(runtime.root());
                }
            }
            assertEquals(arrays, arrays(runtime.root()));
            long growth = residentKib() - before;
            assertTrue(growth < GROWTH_MAX_KIB, "resident memory grew by " + growth + " KiB");
        }
    }

    private static DjlTrainer trainer() {
        return new DjlTrainer(TorchRuntime.start(TorchRuntime.DeviceChoice.AUTO, 1));
    }

    private static int arrays(NDManager manager) {
        return manager.getManagedArrays().size();
    }

    private static long residentKib() throws IOException {
        System.gc();
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    private static void count(ServerSocket proxy, AtomicInteger connections) {
        try {
            while (true) {
                proxy.accept().close();
                connections.incrementAndGet();
            }
        } catch (IOException _) {
            // the test is over
        }
    }
}
