package io.confide.cli.demo;

import io.confide.common.artifact.Safetensors;
import io.confide.common.encoding.ParameterManifest;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.ModelState;
import io.confide.common.model.Plan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The model of one fold, from the file that the coordinator publishes with the finished model. */
final class FoldModel {
    private static final String IMPUTATION = "imputation";

    private FoldModel() {}

    /** Reads {@code file}, a model of {@code plan}. */
    static ModelState read(Path file, Plan plan) throws IOException {
        var contents = Safetensors.parse(Bytes.wrap(Files.readAllBytes(file)));
        var manifest = ParameterManifest.of(plan);
        var parameters = new float[manifest.parameterCount()];
        int next = 0;
        for (var tensor : manifest.tensors()) {
            float[] values = values(contents, tensor.name(), file);
            System.arraycopy(values, 0, parameters, next, values.length);
            next += values.length;
        }
        return ModelState.of(values(contents, IMPUTATION, file), parameters);
    }

    private static float[] values(Safetensors.Contents contents, String name, Path file) {
        var tensor = contents.tensors().get(name);
        if (tensor == null) {
            throw new ConfideException(
                    ErrorCode.BAD_FILE, file + " has no tensor named " + name + ".");
        }
        return tensor.values();
    }
}
