package io.confide.common.encoding;

import java.util.Objects;

/** The elements of one segment, wherever they are: read in order, some at a time, so that they need not all be in memory. */
public interface Values {
    /** The number of elements. */
    int length();

    /** Puts elements {@code from} to from + {@code count} (exclusive) at the beginning of {@code into}. */
    void read(int from, double[] into, int count);

    /** The elements of {@code all}, not copied. */
    static Values of(double[] all) {
        return new Values() {
            @Override
            public int length() {
                return all.length;
            }

            @Override
            public void read(int from, double[] into, int count) {
                Objects.checkFromIndexSize(from, count, all.length);
                System.arraycopy(all, from, into, 0, count);
            }
        };
    }
}
