package io.confide.participant.djl;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * The PyTorch engine of this process behind one platform thread. It never uses the network: the native
 * library comes from the class path and DJL's telemetry is off.
 */
public final class TorchRuntime implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TorchRuntime.class);

    /** DJL reads these when the engine is first used, hence before any {@code Engine} is touched. */
    private static final Map<String, String> PROPERTIES =
            Map.of(
                    "ai.djl.offline", "true",
                    "OPT_OUT_TRACKING", "true",
                    "DJL_DISABLE_PROGRESS_BAR", "true",
                    "ai.djl.default_engine", "PyTorch",
                    "ai.djl.pytorch.num_interop_threads", "1",
                    "ai.djl.pytorch.graph_optimizer", "false");

    private final ExecutorService thread;
    private final NDManager root;

    private TorchRuntime(ExecutorService thread, NDManager root) {
        this.thread = thread;
        this.root = root;
    }

    /** Where to train. */
    public enum DeviceChoice {
        /** The first GPU that the engine can use, else the CPU. */
        AUTO,
        CPU,
        /** The first GPU; starting fails without one. */
        GPU
    }

    /**
     * Starts the engine, about half a second the first time in a process.
     *
     * @param threads of libtorch for one operation; the first start in a process decides. More than one
     *     makes results depend on the machine.
     * @throws ConfideException RESOURCES if the native library cannot be loaded or no GPU is there
     */
    public static TorchRuntime start(DeviceChoice choice, int threads) {
        PROPERTIES.forEach(System::setProperty);
        System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
        ExecutorService thread =
                Executors.newSingleThreadExecutor(
                        Thread.ofPlatform().daemon().name("confide-training").factory());
        try {
            return new TorchRuntime(thread, await(thread, () -> open(choice, threads)));
        } catch (RuntimeException e) {
            thread.shutdown();
            throw e;
        }
    }

    /** The device in words: {@code cpu} or {@code gpu(0)}. */
    public String device() {
        Device device = root.getDevice();
        return device.isGpu() ? "gpu(" + device.getDeviceId() + ")" : "cpu";
    }

    /** The GPU in words, e.g. {@code CUDA GPU, 1 of 4}; empty on the CPU. The engine does not tell its model. */
    public Optional<String> accelerator() {
        if (!root.getDevice().isGpu()) {
            return Optional.empty();
        }
        int all = root.getEngine().getGpuCount();
        return Optional.of(all > 1 ? "CUDA GPU, 1 of " + all : "CUDA GPU");
    }

    /** Runs {@code work} on the training thread with grad mode off and returns its result. */
    <T> T call(Callable<T> work) {
        return await(
                thread,
                () -> {
                    JniUtils.setGradMode(false);
                    return work.call();
                });
    }

    /** The manager of everything that outlives a step; training thread only. */
    NDManager root() {
        return root;
    }

    /**
     * Adds {@code factor} times the gradients of what {@code work} computes, a scalar, to the leaves; grad
     * mode is on only while it runs. Training thread only.
     */
    static void differentiate(NDArray factor, Supplier<NDArray> work) {
        JniUtils.setGradMode(true);
        try {
            JniUtils.backward((PtNDArray) work.get(), (PtNDArray) factor, false, false);
        } finally {
            JniUtils.setGradMode(false);
        }
    }

    @Override
    public void close() {
        if (!thread.isShutdown()) {
            call(
                    () -> {
                        root.close();
                        return 0;
                    });
            thread.shutdown();
        }
    }

    private static NDManager open(DeviceChoice choice, int threads) {
        Engine engine;
        try {
            engine = Engine.getEngine("PyTorch");
        } catch (RuntimeException | LinkageError e) {
            throw new ConfideException(
                    ErrorCode.INTERNAL,
                    "PyTorch's native library could not be loaded ("
                            + e.getClass().getSimpleName()
                            + "); Confide needs glibc on linux-x86_64 or linux-aarch64, or macOS on"
                            + " Apple silicon, and 450 MB free where DJL_CACHE_DIR points (default"
                            + " ~/.djl.ai)",
                    e);
        }
        boolean gpu = choice != DeviceChoice.CPU && engine.getGpuCount() > 0;
        if (choice == DeviceChoice.GPU && !gpu) {
            throw new ConfideException(
                    ErrorCode.BAD_ARGUMENT,
                    "training.device is gpu, but PyTorch finds no usable GPU; install the driver"
                            + " and a CUDA build of libtorch, or write device: auto");
        }
        LOG.info(
                "training engine=PyTorch version={} device={} threads={}",
                engine.getVersion(),
                gpu ? "gpu(0)" : "cpu",
                threads);
        return engine.newBaseManager(gpu ? Device.gpu(0) : Device.cpu());
    }

    private static <T> T await(ExecutorService thread, Callable<T> work) {
        try {
            return thread.submit(work).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConfideException(ErrorCode.INTERNAL, "training was interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new ConfideException(ErrorCode.INTERNAL, "training failed inside PyTorch", e);
        }
    }
}
