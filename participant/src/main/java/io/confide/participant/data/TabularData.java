package io.confide.participant.data;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.participant.port.LocalData;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * Rows in memory, ordered by row key, then label, then values, so that neither the order of the
 * source nor of its files reaches a model.
 */
public final class TabularData implements LocalData {
    private static final byte[] ROW_LABEL = "confide/row".getBytes(StandardCharsets.UTF_8);
    private static final byte[] VERSION_LABEL = "confide/data".getBytes(StandardCharsets.UTF_8);

    private final int features;
    private final float[] values;
    private final float[] labels;
    private final List<Digest> rowKeys;
    private final Digest version;
    private final Profile profile;

    private TabularData(int features, int outcomes, List<Row> ordered, List<Unusable> unusable) {
        this.features = features;
        values = new float[ordered.size() * features];
        labels = new float[ordered.size()];
        var keys = new ArrayList<Digest>(ordered.size());
        for (int row = 0; row < ordered.size(); row++) {
            System.arraycopy(ordered.get(row).values, 0, values, row * features, features);
            labels[row] = ordered.get(row).label;
            keys.add(ordered.get(row).key);
        }
        rowKeys = Collections.unmodifiableList(keys);
        version = versionOf(features, ordered);
        profile = new Profile(perOutcome(labels, outcomes), unusable);
    }

    /** SHA-256 of {@code "confide/row" || id}: what stands for a patient inside the site. */
    static Digest rowKey(String patientId) {
        return Digest.of(ROW_LABEL, patientId.getBytes(StandardCharsets.UTF_8));
    }

    /** @param outcomes how many different labels there can be */
    static TabularData of(int features, int outcomes, List<Row> rows, List<Unusable> unusable) {
        return new TabularData(
                features, outcomes, rows.stream().sorted(Row.ORDER).toList(), unusable);
    }

    /** Returns the rows of {@code data} whose index is in {@code rows}; what cannot be used is counted anew, all as missing. */
    public static LocalData subset(LocalData data, int[] rows) {
        var chosen = new ArrayList<Row>(rows.length);
        for (int row : rows) {
            chosen.add(Row.of(data, row));
        }
        return of(
                data.features(),
                data.profile().outcomes().size(),
                chosen,
                missing(data.features(), chosen));
    }

    /** Returns all rows of {@code parts}, which must have the same features: what a pooled study would hold. */
    public static LocalData concatenation(List<LocalData> parts) {
        int features = parts.getFirst().features();
        var rows = new ArrayList<Row>();
        for (LocalData part : parts) {
            if (part.features() != features) {
                throw new IllegalArgumentException("datasets of different dictionaries");
            }
            for (int row = 0; row < part.rows(); row++) {
                rows.add(Row.of(part, row));
            }
        }
        int outcomes = parts.getFirst().profile().outcomes().size();
        return of(features, outcomes, rows, missing(features, rows));
    }

    @Override
    public int rows() {
        return labels.length;
    }

    @Override
    public int features() {
        return features;
    }

    @Override
    public float[] values() {
        return values;
    }

    @Override
    public float[] labels() {
        return labels;
    }

    @Override
    public List<Digest> rowKeys() {
        return rowKeys;
    }

    @Override
    public Digest version() {
        return version;
    }

    @Override
    public Profile profile() {
        return profile;
    }

    @Override
    public String toString() {
        return "TabularData[" + rows() + " rows, " + features + " features]";
    }

    private static List<Integer> perOutcome(float[] labels, int outcomes) {
        var counts = new Integer[outcomes];
        Arrays.fill(counts, 0);
        for (float label : labels) {
            counts[(int) label]++;
        }
        return List.of(counts);
    }

    private static List<Unusable> missing(int features, List<Row> rows) {
        var counts = new Unusable[features];
        for (int feature = 0; feature < features; feature++) {
            int count = 0;
            for (Row row : rows) {
                count += Float.isNaN(row.values[feature]) ? 1 : 0;
            }
            counts[feature] = new Unusable(count, 0, 0);
        }
        return List.of(counts);
    }

    private static Digest versionOf(int features, List<Row> ordered) {
        var hash = Digest.sha256();
        hash.update(VERSION_LABEL);
        hash.update(ByteBuffer.allocate(8).putInt(features).putInt(ordered.size()).array());
        var buffer = ByteBuffer.allocate(4 * (features + 1)).order(ByteOrder.LITTLE_ENDIAN);
        for (Row row : ordered) {
            hash.update(row.key.value().unsafeArray());
            buffer.clear().putFloat(row.label);
            for (float value : row.values) {
                buffer.putInt(Float.floatToIntBits(value));
            }
            hash.update(buffer.array());
        }
        return new Digest(Bytes.wrap(hash.digest()));
    }

    /** One scaled row; NaN where a value is missing. */
    static final class Row {
        static final Comparator<Row> ORDER =
                Comparator.<Row, Digest>comparing(row -> row.key)
                        .thenComparingDouble(row -> row.label)
                        .thenComparing((a, b) -> Arrays.compare(a.values, b.values));

        private final Digest key;
        private final float label;
        private final float[] values;

        Row(Digest key, float label, float[] values) {
            this.key = key;
            this.label = label;
            this.values = values;
        }

        float label() {
            return label;
        }

        private static Row of(LocalData data, int row) {
            int width = data.features();
            return new Row(
                    data.rowKeys().get(row),
                    data.labels()[row],
                    Arrays.copyOfRange(data.values(), row * width, (row + 1) * width));
        }
    }
}
