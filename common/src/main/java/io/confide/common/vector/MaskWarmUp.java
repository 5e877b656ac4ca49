package io.confide.common.vector;

import io.confide.common.crypto.AesGcm;
import io.confide.common.crypto.MlKem768;
import io.confide.common.crypto.Seed;
import io.confide.common.model.Digest;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

import javax.crypto.Cipher;

/**
 * Proof that this process has made masks of throw-away seeds until it makes them as fast as it can. A process that masks
 * or unmasks vectors takes one before it says that it is ready.
 *
 * <p>AES-CTR and the AES key schedule are fast only in optimised code, which the JVM makes in the background after some
 * thousand calls: before it, the first masks take twenty to fifty times as long (note 70 §10). So key schedules come first, to
 * be compiled while the calls after them run, and the masks go on until a batch is no faster than those before it.
 *
 * <p>What is optimised then takes for granted that nothing else uses the code below it. Shares are sealed and headers are hashed
 * before the first round, and the JVM would throw the fast code away as soon as it loads the classes for that. So some of it
 * is done in between from the beginning.
 */
public final class MaskWarmUp {
    /** Masks that are made in any case. */
    public static final int MASKS_MIN = 6000;

    /** Bytes of masks that are made in any case. */
    public static final long BYTES_MIN = 20_000_000;

    // No processor makes AES-256 this fast without its AES instructions, which only optimised code
    // uses.
    static final double OPTIMISED_BYTES_PER_NANO = 2;
    static final long NANOS_MAX = 300_000_000;
    static final int PATIENCE = 50;

    private static final double RISE = 1.1;
    private static final int FIRST_KEYS = 500;
    // What initialises a cipher is a hundred methods, which the JVM optimises after 5000 calls.
    private static final int KEYS = 6000;
    private static final int CALLS = 20_000;
    private static final int CALL_BYTES = 1024;
    private static final int PAIR = 2;
    private static final int KEYS_PER_SEAL = 16;
    private static final int SEALED_BYTES_MAX = 128;
    private static final int MASKS = 6;
    private static final int SHAPES = 3;
    private static final int VECTORS = 8;
    private static final int PIECE_WORDS = MaskStream.PIECE_BYTES / Words.BYTES;
    private static final int REST_WORDS_MAX = 128;

    private final LongSupplier nanos;
    private final MaskCipher cipher = new MaskCipher();
    private final SplittableRandom drawn = new SplittableRandom(1);
    private int masks;
    private long bytes;

    private MaskWarmUp(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * Warms up for 0.1 to 0.4 s of this thread, a good part of it the loading of classes.
     *
     * @param random for keys that nothing is ever sealed to
     */
    public static MaskWarmUp run(SecureRandom random) {
        return run(random, clock());
    }

    /** Time of this thread alone: where others have the processor, more of the clock is needed for the same. */
    private static LongSupplier clock() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return Thread.currentThread().isVirtual() || !threads.isCurrentThreadCpuTimeSupported()
                ? System::nanoTime
                : threads::getCurrentThreadCpuTime;
    }

    /** @param nanos time that passes, in nanoseconds */
    static MaskWarmUp run(SecureRandom random, LongSupplier nanos) {
        var warmUp = new MaskWarmUp(nanos);
        agree(random);
        warmUp.scheduleKeys(FIRST_KEYS);
        warmUp.callCipher();
        warmUp.scheduleKeys(KEYS - FIRST_KEYS);
        warmUp.maskUntilNoFaster();
        return warmUp;
    }

    /** How many masks were made. */
    public int masks() {
        return masks;
    }

    /** How many bytes of them. */
    public long bytes() {
        return bytes;
    }

    private void scheduleKeys(int keys) {
        for (int key = 0; key < keys; key += PAIR) {
            mask(rest(), PAIR);
            if (key % KEYS_PER_SEAL == 0) {
                seal();
            }
        }
    }

    /** Another kind of key, as in a set-up and in TLS. */
    private static void agree(SecureRandom random) {
        try (var key = MlKem768.generate(random)) {
            MlKem768.encapsulate(key.encapsulationKey(), random).orElseThrow().shared().erase();
        }
    }

    /** As a set-up and TLS do. */
    private void seal() {
        byte[] text = new byte[1 + drawn.nextInt(SEALED_BYTES_MAX)];
        try (Seed key = seed()) {
            AesGcm.open(key, text, AesGcm.seal(key, text, text));
        }
        Digest.of(text);
    }

    /** Many short calls, which the JVM counts, instead of a few long ones. */
    private void callCipher() {
        byte[] piece = new byte[CALL_BYTES];
        long[] sink = new long[CALL_BYTES / Words.BYTES];
        try {
            Cipher stream = MaskStream.idle();
            MaskStream.start(stream, seed());
            for (int call = 0; call < CALLS; call++) {
                MaskStream.add(stream, piece, sink, 0, sink.length);
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES-256-CTR", e);
        }
        masks++;
        bytes += (long) CALLS * CALL_BYTES;
    }

    private void maskUntilNoFaster() {
        double best = 0;
        int since = 0;
        long begin = nanos.getAsLong();
        long now = begin;
        while (now - begin < NANOS_MAX && (best < OPTIMISED_BYTES_PER_NANO || since < PATIENCE)) {
            long bytesBefore = bytes;
            long before = now;
            for (int vector = 0; vector < VECTORS; vector++) {
                mask(vector * PIECE_WORDS + rest(), MASKS);
            }
            mask(Masks.CHUNK_WORDS + rest(), MASKS);
            now = nanos.getAsLong();
            double rate = (double) (bytes - bytesBefore) / Math.max(1, now - before);
            since++;
            if (rate > RISE * best) {
                best = rate;
                since = 0;
            }
        }
    }

    /** Of all lengths, also such as end within a block of AES: a path that was never taken sends the JVM back to slow code. */
    private int rest() {
        return 1 + drawn.nextInt(REST_WORDS_MAX);
    }

    /** As a round does it: the first site of a roster only adds, the coordinator mostly takes off, the others do both. */
    private void mask(int words, int count) {
        long[] vector = new long[words];
        var together = new Masks(cipher);
        int added = drawn.nextInt(SHAPES) * count / (SHAPES - 1);
        for (int mask = 0; mask < added; mask++) {
            together.add(seed());
        }
        for (int mask = added; mask < count; mask++) {
            together.subtract(seed());
        }
        together.applyTo(vector);
        masks += count;
        bytes += (long) count * vector.length * Words.BYTES;
    }

    /** Another one each time: code that was optimised for one key alone would be thrown away at the next. */
    private Seed seed() {
        byte[] key = new byte[Seed.BYTES];
        drawn.nextBytes(key);
        return Seed.copyOf(key);
    }
}
