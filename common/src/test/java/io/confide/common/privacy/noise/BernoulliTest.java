package io.confide.common.privacy.noise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.crypto.CtrRandom;
import io.confide.common.crypto.Seed;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.math.BigInteger;
import java.util.random.RandomGenerator;

class BernoulliTest {
    private static final int DRAWS = 200_000;
    // six standard deviations; the seeds are fixed
    private static final double SIGMAS = 6;

    @ParameterizedTest
    @CsvSource({"1, 3", "0, 5", "5, 5", "1, 9223372036854775807", "123456789, 123456790"})
    void fractionsComeAsOftenAsTheyShould(long n, long d) {
        var coin = new Bernoulli(words(1));
        int wins = 0;
        int wideWins = 0;
        for (int i = 0; i < DRAWS; i++) {
            wins += coin.fraction(n, d) ? 1 : 0;
            wideWins +=
                    n < d && coin.fraction(BigInteger.valueOf(n), BigInteger.valueOf(d)) ? 1 : 0;
        }
        near((double) n / d, wins);
        near(n < d ? (double) n / d : 0, wideWins);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 1", "1, 2", "7, 1000"})
    void exponentialsComeAsOftenAsTheyShould(long n, long d) {
        var coin = new Bernoulli(words(2));
        var scale = BigInteger.ONE.shiftLeft(100);
        var top = scale.multiply(BigInteger.valueOf(n)).divide(BigInteger.valueOf(d));
        int wins = 0;
        int twoWords = 0;
        int wide = 0;
        for (int i = 0; i < DRAWS; i++) {
            wins += coin.expMinus(n, d) ? 1 : 0;
            if (n < d) {
                twoWords +=
                        coin.expMinus(top.shiftRight(64).longValue(), top.longValue(), 1L << 36, 0)
                                ? 1
                                : 0;
                wide += coin.expMinus(top, scale) ? 1 : 0;
            }
        }
        near(Math.exp(-(double) n / d), wins);
        if (n < d) {
            near(Math.exp(-(double) n / d), twoWords);
            near(Math.exp(-(double) n / d), wide);
        }
    }

    @Test
    void oneOverE() {
        var coin = new Bernoulli(words(3));
        int wins = 0;
        for (int i = 0; i < DRAWS; i++) {
            wins += coin.expMinusOne() ? 1 : 0;
        }
        near(Math.exp(-1), wins);
    }

    @Test
    void wholeNumbersAreEven() {
        var coin = new Bernoulli(words(4));
        int[] counts = new int[7];
        for (int i = 0; i < DRAWS; i++) {
            counts[(int) coin.below(counts.length)]++;
        }
        for (int count : counts) {
            near(1.0 / counts.length, count);
        }
    }

    /** The first word of 1/3 is 0x5555…; only the next one decides, one time in 2^64. */
    @Test
    void aTieIsDecidedByTheNextWord() {
        long third = 0x5555_5555_5555_5555L;
        assertTrue(new Bernoulli(script(third - 1)).fraction(1, 3));
        assertFalse(new Bernoulli(script(third + 1)).fraction(1, 3));
        assertTrue(new Bernoulli(script(third, third - 1)).fraction(1, 3));
        assertFalse(new Bernoulli(script(third, third + 1)).fraction(1, 3));
        assertTrue(new Bernoulli(script(third, third, third, 0)).fraction(1, 3));
    }

    @Test
    void theSameTieInTwoWordsAndInMany() {
        long third = 0x5555_5555_5555_5555L;
        var one = BigInteger.ONE.shiftLeft(80);
        var three = one.multiply(BigInteger.valueOf(3));
        for (long last : new long[] {third - 1, third + 1}) {
            boolean below = last < third;
            assertEquals(below, new Bernoulli(script(third, last)).fraction(one, three));
            assertEquals(
                    below, new Bernoulli(script(third, last)).fraction(1L << 16, 0, 3L << 16, 0));
        }
    }

    /** Two words are compared by their leading bits: near the boundary the whole of them must decide. */
    @Test
    void fractionsOfTwoWordsAgreeWithTheirDefinition() {
        var random = words(5);
        for (int i = 0; i < 20_000; i++) {
            int bits = 66 + (int) Math.floorMod(random.nextLong(), 60L);
            var b = new BigInteger(bits, new java.util.Random(random.nextLong())).setBit(bits - 1);
            var a = new BigInteger(bits, new java.util.Random(random.nextLong())).mod(b);
            long word = random.nextLong();
            if (i % 2 == 0) {
                // at the boundary, give or take a few units
                word = a.shiftLeft(64).divide(b).longValue() + i % 7 - 3;
            }
            boolean expected = new Bernoulli(script(word, 1L << 40)).fraction(a, b);
            boolean fast =
                    new Bernoulli(script(word, 1L << 40))
                            .fraction(
                                    a.shiftRight(64).longValue(),
                                    a.longValue(),
                                    b.shiftRight(64).longValue(),
                                    b.longValue());
            assertEquals(expected, fast, a + " / " + b + " at " + word);
        }
    }

    private static void near(double chance, int wins) {
        double spread = Math.sqrt(DRAWS * chance * (1 - chance));
        assertEquals(DRAWS * chance, wins, SIGMAS * spread + 1e-9 * DRAWS);
    }

    static CtrRandom words(int seed) {
        byte[] key = new byte[Seed.BYTES];
        key[0] = (byte) seed;
        return CtrRandom.of(Seed.copyOf(key));
    }

    private static RandomGenerator script(long... words) {
        return new RandomGenerator() {
            private int next;

            @Override
            public long nextLong() {
                return words[next++];
            }
        };
    }
}
