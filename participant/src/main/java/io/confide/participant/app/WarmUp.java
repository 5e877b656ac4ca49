package io.confide.participant.app;

import io.confide.common.encoding.InitialModel;
import io.confide.common.encoding.Payloads;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.Feature;
import io.confide.common.model.Fold;
import io.confide.common.model.ModelSpec;
import io.confide.common.model.Plan;
import io.confide.common.model.Study;
import io.confide.common.model.Task;
import io.confide.common.model.Training;
import io.confide.common.vector.MaskWarmUp;
import io.confide.participant.port.LocalData;
import io.confide.participant.port.LocalTrainer;

import java.security.SecureRandom;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Runs what a round needs once on made-up rows, so that the first real round does not pay for loading and compiling. */
final class WarmUp {
    private static final int ROWS = 32;
    private static final int FEATURES = 3;
    private static final int ROSTER = 3;
    private static final int TIMES = 5;

    private WarmUp() {}

    /** About a second; sends nothing and keeps nothing. */
    static MaskWarmUp run(LocalTrainer trainer) {
        var masks = MaskWarmUp.run(new SecureRandom());
        var plan = plan();
        var rows = new MadeUpRows();
        var task = new Task.Train(new Fold.All());
        for (int time = 0; time < TIMES; time++) {
            var payload = trainer.run(plan, task, InitialModel.of(plan), rows);
            Payloads.codec(plan, task, ROSTER).encode(payload, new SplittableRandom(time));
        }
        return masks;
    }

    private static Plan plan() {
        var features =
                IntStream.range(0, FEATURES)
                        .mapToObj(
                                index ->
                                        new Feature(
                                                "x" + index,
                                                Feature.Kind.NUMBER,
                                                Optional.empty(),
                                                Optional.empty(),
                                                Feature.Transform.NONE,
                                                0,
                                                1))
                        .toList();
        var dictionary =
                new Study.Dictionary(
                        new Study.Label("y", "made up"),
                        "id",
                        features,
                        Study.Missing.ZERO_AFTER_SCALING);
        return new Plan(
                "warm-up",
                new Study("warm-up", "none", "nobody", dictionary),
                new ModelSpec.Logistic(),
                new Training(Training.Mode.FEDAVG, 1, 1, 0, 0.1, 0.01),
                new Plan.Aggregation(ROSTER, 0, 1, 16, ROWS, 10),
                new Plan.Evaluation(2, 0, 10),
                Plan.Release.NONE,
                Bytes.wrap(new byte[16]));
    }

    /** Rows that look like data and are none. */
    private static final class MadeUpRows implements LocalData {
        private final float[] values = new float[ROWS * FEATURES];
        private final float[] labels = new float[ROWS];
        private final List<Digest> keys =
                IntStream.range(0, ROWS)
                        .mapToObj(row -> Digest.of(new byte[] {(byte) row}))
                        .sorted()
                        .toList();

        MadeUpRows() {
            for (int at = 0; at < values.length; at++) {
                values[at] = (at * 7 % 13) / 6f - 1;
            }
            for (int row = 0; row < ROWS; row++) {
                labels[row] = row % 2;
            }
        }

        @Override
        public int rows() {
            return ROWS;
        }

        @Override
        public int features() {
            return FEATURES;
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
            return keys;
        }

        @Override
        public Digest version() {
            return Digest.ZERO;
        }

        @Override
        public Profile profile() {
            return new Profile(ROWS, ROWS / 2, Collections.nCopies(FEATURES, Unusable.NONE));
        }
    }
}
