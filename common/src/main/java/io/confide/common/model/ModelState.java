package io.confide.common.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The model that a round starts from: one imputation value per feature (after scaling) and the flat
 * parameter vector. Its bytes are {@code u32be features || f32le imputation.. || u32be parameters ||
 * f32le parameters..}; modelHash is their SHA-256.
 */
public final class ModelState {
    private final float[] imputation;
    private final float[] parameters;

    private ModelState(float[] imputation, float[] parameters) {
        this.imputation = imputation;
        this.parameters = parameters;
    }

    /** Copies both vectors; every value must be finite. */
    public static ModelState of(float[] imputation, float[] parameters) {
        for (float value : imputation) {
            requireFinite(value);
        }
        for (float value : parameters) {
            requireFinite(value);
        }
        return new ModelState(imputation.clone(), parameters.clone());
    }

    /** Parses {@link #bytes()}; throws {@link IllegalArgumentException} if the form or a value is wrong. */
    public static ModelState parse(Bytes bytes) {
        var in = ByteBuffer.wrap(bytes.unsafeArray());
        float[] imputation = readVector(in);
        float[] parameters = readVector(in);
        if (in.hasRemaining()) {
            throw new IllegalArgumentException("trailing bytes after the model");
        }
        return of(imputation, parameters);
    }

    public Bytes bytes() {
        var out = ByteBuffer.allocate(8 + 4 * (imputation.length + parameters.length));
        writeVector(out, imputation);
        writeVector(out, parameters);
        return Bytes.wrap(out.array());
    }

    /** SHA-256 of {@link #bytes()}: modelHash. */
    public Digest hash() {
        return Digest.of(bytes());
    }

    /** A copy of the value per feature that replaces a missing one, after scaling. */
    public float[] imputation() {
        return imputation.clone();
    }

    /** A copy of the flat parameters. */
    public float[] parameters() {
        return parameters.clone();
    }

    public ModelState withParameters(float[] next) {
        if (next.length != parameters.length) {
            throw new IllegalArgumentException(
                    "expected " + parameters.length + " parameters, not " + next.length);
        }
        return of(imputation, next);
    }

    public ModelState withImputation(float[] next) {
        if (next.length != imputation.length) {
            throw new IllegalArgumentException(
                    "expected " + imputation.length + " features, not " + next.length);
        }
        return of(next, parameters);
    }

    private static void requireFinite(float value) {
        if (!Float.isFinite(value)) {
            throw new IllegalArgumentException("a model value is not finite");
        }
    }

    private static float[] readVector(ByteBuffer in) {
        if (in.remaining() < 4) {
            throw new IllegalArgumentException("truncated model");
        }
        int length = in.order(ByteOrder.BIG_ENDIAN).getInt();
        if (length < 0 || in.remaining() / 4 < length) {
            throw new IllegalArgumentException("truncated model");
        }
        var vector = new float[length];
        in.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
        in.position(in.position() + 4 * length);
        return vector;
    }

    private static void writeVector(ByteBuffer out, float[] vector) {
        out.order(ByteOrder.BIG_ENDIAN).putInt(vector.length);
        out.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(vector);
        out.position(out.position() + 4 * vector.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ModelState that
                && Arrays.equals(imputation, that.imputation)
                && Arrays.equals(parameters, that.parameters);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(imputation) + Arrays.hashCode(parameters);
    }

    @Override
    public String toString() {
        return "ModelState[" + parameters.length + " parameters]";
    }
}
