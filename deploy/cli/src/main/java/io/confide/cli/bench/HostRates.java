package io.confide.cli.bench;

import io.confide.common.model.Digest;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;

import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What one core of this machine does at best, in bytes per second of its time: AES-256-CTR added into words that stay in
 * the cache, addition of whole vectors, SHA-256. Sampled between the rounds, so that both meet the same machine.
 */
final class HostRates {
    private static final int PIECE_BYTES = 16 * 1024;
    private static final int PIECES = 8;
    private static final int WORDS_MIN = 1 << 10;
    private static final double NANOS = 1e9;
    private static final VarHandle LITTLE_ENDIAN =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final Cipher cipher;
    private final byte[] zeros = new byte[PIECE_BYTES];
    private final byte[] piece = new byte[PIECE_BYTES];
    private final long[] cached = new long[PIECES * PIECE_BYTES / Long.BYTES];
    private final long[] sum;
    private final long[] input;
    private final Total mask = new Total();
    private final Total add = new Total();
    private final Total hash = new Total();

    /** Rates in bytes per second. */
    record Rates(double mask, double add, double hash) {}

    private static final class Total {
        private double bytes;
        private double nanos;

        double rate() {
            return nanos == 0 ? Double.NaN : bytes / nanos * NANOS;
        }
    }

    /** For vectors of {@code words} words. */
    HostRates(int words) {
        try {
            this.cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    new SecretKeySpec(new byte[32], "AES"),
                    new IvParameterSpec(new byte[16]));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES-256-CTR", e);
        }
        this.sum = new long[Math.max(WORDS_MIN, words)];
        this.input = new long[sum.length];
    }

    /** Runs each of the three for {@code nanos} of processor time; without counting it, where that is only to warm up. */
    void sample(long nanos, Counting counting) {
        run(mask, this::maskOnce, cached.length, nanos, counting);
        run(add, this::addOnce, sum.length, nanos, counting);
        run(hash, this::hashOnce, PIECE_BYTES / Long.BYTES, nanos, counting);
    }

    enum Counting {
        COUNTED,
        WARM_UP
    }

    private static void run(Total total, Runnable once, int words, long nanos, Counting counting) {
        long begin = Meter.cpuNanos();
        long spent = 0;
        double bytes = 0;
        while (spent < nanos) {
            once.run();
            bytes += (double) words * Long.BYTES;
            spent = Meter.cpuNanos() - begin;
        }
        if (counting == Counting.COUNTED) {
            total.bytes += bytes;
            total.nanos += spent;
        }
    }

    private void maskOnce() {
        try {
            for (int at = 0; at < cached.length; at += PIECE_BYTES / Long.BYTES) {
                cipher.update(zeros, 0, PIECE_BYTES, piece);
                addPiece(piece, cached, at);
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the buffer has the size of its input", e);
        }
    }

    private static void addPiece(byte[] piece, long[] into, int from) {
        for (int word = 0; word < PIECE_BYTES / Long.BYTES; word++) {
            into[from + word] += (long) LITTLE_ENDIAN.get(piece, word * Long.BYTES);
        }
    }

    private void addOnce() {
        for (int word = 0; word < sum.length; word++) {
            sum[word] += input[word];
        }
    }

    private void hashOnce() {
        piece[0] ^= Digest.of(piece).value().unsafeArray()[0];
    }

    Rates rates() {
        return new Rates(mask.rate(), add.rate(), hash.rate());
    }
}
