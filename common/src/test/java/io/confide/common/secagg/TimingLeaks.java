package io.confide.common.secagg;

import io.confide.common.crypto.AesGcm;
import io.confide.common.crypto.Seed;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * Whether the time of an operation tells two classes of secrets apart, by Welch's t over many calls in random order (as
 * dudect does; A18). Not a test, because it takes quiet minutes: below 4.5 in absolute value nothing was seen. The last line
 * is a comparison that does leak, and must be far above.
 *
 * <pre>java -cp (test class path of common) io.confide.common.secagg.TimingLeaks [calls]</pre>
 */
public final class TimingLeaks {
    private static final int CALLS = 400_000;
    private static final int PER_SAMPLE = 16;
    private static final double KEPT = 0.9;
    private static final int ELEMENTS = 16;

    private final Random random = new Random(18);
    private final int calls;
    private long sink;

    private TimingLeaks(int calls) {
        this.calls = calls;
    }

    /** The argument is the number of calls of each kind. */
    public static void main(String[] arguments) {
        var leaks = new TimingLeaks(arguments.length > 0 ? Integer.parseInt(arguments[0]) : CALLS);
        leaks.measure("GF(2^16) product, secrets zero or random", leaks::product);
        leaks.measure("the same, both random", _ -> leaks.product(1));
        leaks.measure("shares of a secret, zero or random", leaks::shares);
        leaks.measure("sealed bytes refused, first or last bit of the tag", leaks::refused);
        leaks.measure("secrets compared, first or last byte differs", leaks::compared);
        leaks.measure("control: a comparison that stops at the first difference", leaks::leaky);
        System.out.println(leaks.sink == 1 ? " " : "");
    }

    private LongSupplier product(int kind) {
        long[] values = new long[Gf65536.PACKED_LONGS];
        // Drawn for both, so that both kinds have done the same before.
        Arrays.setAll(values, _ -> kind * random.nextLong());
        return () -> {
            Gf65536.multiplyPacked(values, 0x1234);
            return values[0];
        };
    }

    private LongSupplier shares(int kind) {
        Seed beta = Seed.copyOf(bytes(1));
        Seed secret = Seed.copyOf(bytes(kind));
        List<Integer> holders = List.of(1, 2, 3, 4, 5);
        return () -> Shamir.shares(beta, SecretKind.SELF, 7, 3, secret, holders).get(4)[0];
    }

    private byte[] bytes(int kind) {
        byte[] bytes = new byte[2 * ELEMENTS];
        random.nextBytes(bytes);
        if (kind == 0) {
            Arrays.fill(bytes, (byte) 0);
        }
        return bytes;
    }

    private LongSupplier refused(int kind) {
        Seed key = Seed.copyOf(bytes(1));
        byte[] sealed = AesGcm.seal(key, new byte[8], new byte[64]);
        sealed[kind == 0 ? sealed.length - AesGcm.TAG_BYTES : sealed.length - 1] ^= 1;
        return () -> AesGcm.open(key, new byte[8], sealed).isPresent() ? 1 : 0;
    }

    private LongSupplier compared(int kind) {
        byte[] bytes = bytes(1);
        Seed one = Seed.copyOf(bytes);
        bytes[kind == 0 ? 0 : Seed.BYTES - 1] ^= 1;
        Seed other = Seed.copyOf(bytes);
        return () -> one.equals(other) ? 1 : 0;
    }

    private LongSupplier leaky(int kind) {
        byte[] one = bytes(1);
        byte[] other = one.clone();
        other[kind == 0 ? 0 : Seed.BYTES - 1] ^= 1;
        return () -> {
            for (int at = 0; at < one.length; at++) {
                if (one[at] != other[at]) {
                    return at;
                }
            }
            return -1;
        };
    }

    private void measure(String what, IntFunction<LongSupplier> ofKind) {
        run(ofKind, calls / 4);
        double[][] times = run(ofKind, calls);
        System.out.printf(
                Locale.ROOT,
                "| %s | %d | %.0f ns | %.0f ns | %.1f |%n",
                what,
                times[0].length + times[1].length,
                mean(times[0]),
                mean(times[1]),
                welch(times[0], times[1]));
    }

    /** Times in nanoseconds of one call, both kinds in random order, without the slowest tenth of all. */
    private double[][] run(IntFunction<LongSupplier> ofKind, int samples) {
        double[] times = new double[samples];
        boolean[] second = new boolean[samples];
        for (int sample = 0; sample < samples; sample++) {
            int kind = random.nextInt(2);
            // Made anew each time: neither kind keeps a better place in memory.
            var operation = ofKind.apply(kind);
            long begin = System.nanoTime();
            for (int call = 0; call < PER_SAMPLE; call++) {
                sink += operation.getAsLong();
            }
            times[sample] = (double) (System.nanoTime() - begin) / PER_SAMPLE;
            second[sample] = kind == 1;
        }
        double[] sorted = times.clone();
        Arrays.sort(sorted);
        double most = sorted[(int) (KEPT * (samples - 1))];
        return new double[][] {kept(times, second, false, most), kept(times, second, true, most)};
    }

    private static double[] kept(double[] times, boolean[] second, boolean kind, double most) {
        return IntStream.range(0, times.length)
                .filter(at -> second[at] == kind && times[at] <= most)
                .mapToDouble(at -> times[at])
                .toArray();
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    private static double welch(double[] a, double[] b) {
        double error = variance(a) / a.length + variance(b) / b.length;
        return (mean(a) - mean(b)) / Math.sqrt(error);
    }

    private static double variance(double[] values) {
        double mean = mean(values);
        return Arrays.stream(values).map(each -> (each - mean) * (each - mean)).sum()
                / (values.length - 1);
    }
}
