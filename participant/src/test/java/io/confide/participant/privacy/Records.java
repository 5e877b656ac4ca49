package io.confide.participant.privacy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.Feature;
import io.confide.common.model.Guarantee;
import io.confide.common.model.ModelSpec;
import io.confide.common.model.Plan;
import io.confide.common.model.Study;
import io.confide.common.model.Training;
import io.confide.participant.port.LocalData;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** Made-up rows, and plans over them with a record-level guarantee. */
public record Records(int features, float[] values, float[] labels) implements LocalData {
    public static Records of(int rows, int features, long seed) {
        var random = new Random(seed);
        var values = new float[rows * features];
        var labels = new float[rows];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.clamp(random.nextGaussian() * 1.5, -3, 3);
        }
        for (int row = 0; row < rows; row++) {
            labels[row] = random.nextInt(3) == 0 ? 1 : 0;
        }
        return new Records(features, values, labels);
    }

    /** The same with an outcome of {@code classes} for every row. */
    public Records withClasses(int classes, long seed) {
        var random = new Random(seed);
        var drawn = new float[labels.length];
        for (int row = 0; row < drawn.length; row++) {
            drawn[row] = random.nextInt(classes);
        }
        return new Records(features, values, drawn);
    }

    /** These rows without row {@code removed}. */
    Records without(int removed) {
        var rest = new float[values.length - features];
        System.arraycopy(values, 0, rest, 0, removed * features);
        System.arraycopy(
                values,
                (removed + 1) * features,
                rest,
                removed * features,
                rest.length - removed * features);
        var labelsLeft = new float[labels.length - 1];
        System.arraycopy(labels, 0, labelsLeft, 0, removed);
        System.arraycopy(labels, removed + 1, labelsLeft, removed, labelsLeft.length - removed);
        return new Records(features, rest, labelsLeft);
    }

    /** These rows with row {@code moved} at the end. */
    Records withLast(int moved) {
        var rest = without(moved);
        var all = Arrays.copyOf(rest.values, values.length);
        System.arraycopy(values, moved * features, all, rest.values.length, features);
        var outcomes = Arrays.copyOf(rest.labels, labels.length);
        outcomes[rest.labels.length] = labels[moved];
        return new Records(features, all, outcomes);
    }

    /** A sample of everybody, for tests outside of the package. */
    public static RecordSample everyone(LocalData data) {
        return RecordSample.everyone(data.rows());
    }

    /** Row {@code row} alone. */
    public Records only(int row) {
        return new Records(
                features,
                Arrays.copyOfRange(values, row * features, (row + 1) * features),
                Arrays.copyOfRange(labels, row, row + 1));
    }

    /** A guarantee with noise of deviation 2^{@code noiseBits} a share. */
    public static Guarantee.RecordLevel terms(double clipNorm, int noiseBits) {
        return terms(clipNorm, noiseBits, 1);
    }

    public static Guarantee.RecordLevel terms(double clipNorm, int noiseBits, double samplingRate) {
        int bits = Guarantee.RecordLevel.scaleBits(clipNorm);
        return new Guarantee.RecordLevel(
                50,
                1e-5,
                clipNorm,
                6,
                1,
                10,
                100,
                samplingRate,
                bits,
                Guarantee.RecordLevel.sensitivity(clipNorm, bits),
                1L << (2 * noiseBits));
    }

    public static Plan plan(ModelSpec model, int features, Guarantee guarantee) {
        return plan(model, features, List.of(), guarantee);
    }

    /** @param classes of the outcome; empty for one that is 0 or 1 */
    public static Plan plan(
            ModelSpec model, int features, List<String> classes, Guarantee guarantee) {
        var study =
                new Study(
                        "study",
                        "test",
                        "nobody@example.org",
                        new Study.Dictionary(
                                new Study.Label("y", "outcome", classes),
                                "id",
                                IntStream.range(0, features).mapToObj(Records::feature).toList(),
                                Study.Missing.ZERO_AFTER_SCALING));
        return new Plan(
                "job",
                study,
                model,
                new Training(Training.Mode.FEDSGD, 5, 1, 0, 0.5, 0),
                new Plan.Aggregation(6, 1, 2, 20, 500, 30),
                new Plan.Evaluation(0, 1, 100),
                Plan.Release.WEIGHTS,
                guarantee,
                Bytes.ofHex("00112233445566778899aabbccddeeff"));
    }

    private static Feature feature(int index) {
        return new Feature(
                "x" + index,
                Feature.Kind.NUMBER,
                Optional.empty(),
                Optional.empty(),
                Feature.Transform.NONE,
                0,
                1);
    }

    @Override
    public int rows() {
        return labels.length;
    }

    @Override
    public List<Digest> rowKeys() {
        return Collections.nCopies(rows(), Digest.ZERO);
    }

    @Override
    public Digest version() {
        return Digest.of((Arrays.toString(values) + Arrays.toString(labels)).getBytes(UTF_8));
    }

    @Override
    public Profile profile() {
        return new Profile(rows(), 0, Collections.nCopies(features, Unusable.NONE));
    }
}
