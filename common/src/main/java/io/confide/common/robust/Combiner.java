package io.confide.common.robust;

import io.confide.common.model.Groups;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Makes one vector of G, of which f may be anything (PROTOCOL.md §6.2).
 *
 * <p>Median and trimmed mean (Yin, Chen, Ramchandran, Bartlett, ICML 2018) stay, in each coordinate, between the least and the
 * greatest value of the G−f others. Krum and multi-Krum (Blanchard, El Mhamdi, Guerraoui, Stainer, NeurIPS 2017) take whole
 * vectors: each that they take lies within D·√((G−f−2)/(G−2f−1)) of one of the others, D being the largest distance between two
 * of these.
 */
public final class Combiner {
    private Combiner() {}

    /**
     * Returns a new vector.
     *
     * @param vectors one for each group, of equal length, finite
     * @throws IllegalArgumentException if there are not {@code groups.count()} of them, or their lengths differ
     */
    public static float[] combine(Groups groups, List<float[]> vectors) {
        requireShape(groups, vectors);
        return switch (groups.combine()) {
            case MEDIAN -> middle(vectors, (groups.count() - 1) / 2);
            case TRIMMED_MEAN -> middle(vectors, groups.tolerated());
            case KRUM -> vectors.get(byScore(groups, vectors)[0]).clone();
            case MULTI_KRUM ->
                    mean(
                            Arrays.stream(byScore(groups, vectors))
                                    .limit(groups.count() - groups.tolerated())
                                    .mapToObj(vectors::get)
                                    .toList());
        };
    }

    private static void requireShape(Groups groups, List<float[]> vectors) {
        boolean fits =
                vectors.size() == groups.count()
                        && vectors.stream().allMatch(v -> v.length == vectors.getFirst().length);
        if (!fits) {
            throw new IllegalArgumentException(
                    "%d vectors of equal length are combined".formatted(groups.count()));
        }
    }

    /** The mean of each coordinate without its {@code trimmed} lowest and highest values. */
    private static float[] middle(List<float[]> vectors, int trimmed) {
        int kept = vectors.size() - 2 * trimmed;
        var values = new double[vectors.size()];
        var result = new float[vectors.getFirst().length];
        for (int i = 0; i < result.length; i++) {
            for (int group = 0; group < values.length; group++) {
                values[group] = vectors.get(group)[i];
            }
            Arrays.sort(values);
            double sum = 0;
            for (int at = trimmed; at < trimmed + kept; at++) {
                sum += values[at];
            }
            result[i] = (float) (sum / kept);
        }
        return result;
    }

    private static float[] mean(List<float[]> vectors) {
        return middle(vectors, 0);
    }

    /** The groups, best first; of equals the lower number comes first. */
    private static int[] byScore(Groups groups, List<float[]> vectors) {
        double[] scores = scores(groups, vectors);
        return IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer group) -> scores[group]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** For each vector the sum of the squared distances to its G−f−2 nearest ones. */
    private static double[] scores(Groups groups, List<float[]> vectors) {
        int count = vectors.size();
        var distances = new double[count][count];
        for (int one = 0; one < count; one++) {
            for (int other = 0; other < one; other++) {
                double distance = squaredDistance(vectors.get(one), vectors.get(other));
                distances[one][other] = distance;
                distances[other][one] = distance;
            }
        }
        int near = count - groups.tolerated() - 2;
        // The distance to itself is the least and adds nothing.
        return Arrays.stream(distances)
                .mapToDouble(row -> Arrays.stream(row).sorted().limit(near + 1L).sum())
                .toArray();
    }

    private static double squaredDistance(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            double difference = (double) one[i] - other[i];
            sum += difference * difference;
        }
        return sum;
    }
}
