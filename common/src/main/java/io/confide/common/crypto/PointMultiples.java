package io.confide.common.crypto;

/**
 * Multiples of one fixed point of edwards25519, so that a scalar times the point is a sum of a few of them. A scalar below
 * 2^253 is cut into digits of {@code width} bits, each from −2^(width−1)+1 to 2^(width−1); column c holds the digits c, c +
 * stride, c + 2·stride and so on, and there are multiples for the places of column 0. A larger stride needs less memory and
 * stride − 1 times width doublings. For public scalars only: time and memory access depend on them.
 */
final class PointMultiples {
    private static final int SCALAR_BITS = 253;

    private final int width;
    private final int stride;
    private final long[] addends;

    private PointMultiples(int width, int stride, long[] addends) {
        this.width = width;
        this.stride = stride;
        this.addends = addends;
    }

    /** The multiples 1 to 2^(width−1) of 2^(width · stride · n) · {@code point} for every n that a scalar needs. */
    static PointMultiples of(long[] point, int width, int stride) {
        int blocks = Math.ceilDiv(digitCount(width), stride);
        int each = 1 << (width - 1);
        var scratch = new EdwardsCurve.Scratch();
        long[][] points = new long[blocks * each][EdwardsCurve.POINT_LIMBS];
        long[] place = point.clone();
        for (int block = 0; block < blocks; block++) {
            int first = block * each;
            points[first] = place.clone();
            for (int next = first + 1; next < first + each; next++) {
                EdwardsCurve.add(points[next - 1], place, points[next], scratch);
            }
            for (int bit = 0; bit < width * stride; bit++) {
                EdwardsCurve.twice(place, scratch);
            }
        }
        return new PointMultiples(width, stride, EdwardsCurve.addends(points));
    }

    /** Doublings between two columns. */
    int width() {
        return width;
    }

    int stride() {
        return stride;
    }

    /** The digits of a scalar below 2^253, given as 32 little-endian bytes. */
    int[] digits(byte[] scalar) {
        int[] digits = new int[digitCount(width)];
        int carry = 0;
        for (int at = 0; at < digits.length; at++) {
            int digit = bits(scalar, width * at) + carry;
            carry = digit > 1 << (width - 1) ? 1 : 0;
            digits[at] = digit - (carry << width);
        }
        return digits;
    }

    private int bits(byte[] scalar, int from) {
        int at = from >>> 3;
        int window = scalar[at] & 0xff;
        if (at + 1 < scalar.length) {
            window |= (scalar[at + 1] & 0xff) << 8;
        }
        return window >>> (from & 7) & (1 << width) - 1;
    }

    /** Adds what the digits of {@code column} stand for, as if the column were the first. */
    void addColumn(int[] digits, int column, long[] sum, EdwardsCurve.Scratch scratch) {
        int each = 1 << (width - 1);
        int block = 0;
        for (int at = column; at < digits.length; at += stride, block++) {
            int digit = digits[at];
            if (digit > 0) {
                int place = block * each + digit - 1;
                EdwardsCurve.add(sum, addends, EdwardsCurve.ADDEND_LIMBS * place, scratch);
            } else if (digit < 0) {
                int place = block * each - digit - 1;
                EdwardsCurve.subtract(sum, addends, EdwardsCurve.ADDEND_LIMBS * place, scratch);
            }
        }
    }

    private static int digitCount(int width) {
        return SCALAR_BITS / width + 1;
    }
}
