package io.confide.participant.djl;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.participant.port.LocalData;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Made-up rows whose label depends on the first feature. */
record RandomRows(int features, float[] values, float[] labels, long seed) implements LocalData {
    static LocalData of(int rows, int features, long seed) {
        var random = new Random(seed);
        var values = new float[rows * features];
        var labels = new float[rows];
        for (int row = 0; row < rows; row++) {
            for (int feature = 0; feature < features; feature++) {
                values[row * features + feature] = (float) Math.clamp(random.nextGaussian(), -3, 3);
            }
            labels[row] = values[row * features] + random.nextGaussian() > 0.5 ? 1 : 0;
        }
        return new RandomRows(features, values, labels, seed);
    }

    static LocalData withLabels(int features, float... labels) {
        LocalData rows = of(labels.length, features, 5);
        return new RandomRows(features, rows.values(), labels, 5);
    }

    static LocalData withHoles(int rows, int features, long seed) {
        LocalData full = of(rows, features, seed);
        float[] values = full.values().clone();
        for (int i = 0; i < values.length; i += 4) {
            values[i] = Float.NaN;
        }
        return new RandomRows(features, values, full.labels(), seed);
    }

    static LocalData filled(LocalData data, float value) {
        float[] values = data.values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.isNaN(values[i]) ? value : values[i];
        }
        return new RandomRows(data.features(), values, data.labels(), 0);
    }

    @Override
    public int rows() {
        return labels.length;
    }

    @Override
    public List<Digest> rowKeys() {
        return IntStream.range(0, rows())
                .mapToObj(row -> Digest.of(ByteBuffer.allocate(4).putInt(row).array()))
                .toList();
    }

    @Override
    public Digest version() {
        var bytes = ByteBuffer.allocate(4 * (values.length + labels.length));
        bytes.asFloatBuffer().put(values).put(labels);
        return Digest.of(Bytes.wrap(bytes.array()));
    }

    @Override
    public Profile profile() {
        int positives = (int) IntStream.range(0, rows()).filter(row -> labels[row] == 1f).count();
        return new Profile(rows(), positives, Collections.nCopies(features, Unusable.NONE));
    }

    @Override
    public String toString() {
        return Arrays.toString(labels);
    }
}
