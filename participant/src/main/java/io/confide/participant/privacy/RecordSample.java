package io.confide.participant.privacy;

import io.confide.common.crypto.CtrRandom;
import io.confide.common.model.Guarantee;
import io.confide.common.privacy.SampleBound;

import java.util.Arrays;

/**
 * Which of a site's rows take part in one sum, drawn for it alone and gone with it. What it says to do takes as long whichever
 * and however many they are: besides the rows that take part it names others, up to a number that a sample exceeds with a
 * chance of less than 2^-100. A sample that does exceed it is summed as it is, so the law of the sum is exactly that of
 * independent draws. One thread.
 */
public final class RecordSample {
    private final int[] rows;
    private final int sampled;

    private RecordSample(int[] rows, int sampled) {
        this.rows = rows;
        this.sampled = sampled;
    }

    /** All of {@code rows} rows. */
    static RecordSample everyone(int rows) {
        int[] all = new int[rows];
        for (int row = 0; row < rows; row++) {
            all[row] = row;
        }
        return new RecordSample(all, rows);
    }

    /**
     * Each of {@code rows} rows with the chance of {@code terms}, independently: one word of {@code random}, which serves
     * nothing else, for each.
     */
    static RecordSample poisson(Guarantee.RecordLevel terms, int rows, CtrRandom random) {
        long including = terms.wordsThatInclude();
        int[] order = new int[rows];
        int sampled = 0;
        int left = rows;
        for (int row = 0; row < rows; row++) {
            if (random.nextLong() >>> 1 < including) {
                order[sampled++] = row;
            } else {
                order[--left] = row;
            }
        }
        int most = Math.max(sampled, SampleBound.of(rows, terms.samplingRate()));
        return new RecordSample(Arrays.copyOf(order, most), sampled);
    }

    /** How many rows are to be worked on. */
    int length() {
        return rows.length;
    }

    /** The row to be worked on in place {@code place}, from 0. */
    int row(int place) {
        return rows[place];
    }

    /** Whether that row takes part: the first do, the rest is work for nothing. */
    boolean takesPart(int place) {
        return place < sampled;
    }
}
