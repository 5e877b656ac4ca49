package io.confide.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.confide.cli.JsonText;
import io.confide.cli.Terminal;
import io.confide.common.artifact.TrainedModel;
import io.confide.common.metrics.Scoring;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.Plan;
import io.confide.participant.data.DuckDbBinding;
import io.confide.participant.port.LocalData;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code confide model}. */
@Command(
        name = "model",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Use a model that was downloaded.")
public final class ModelCommands {
    private final Terminal terminal;

    public ModelCommands(Terminal terminal) {
        this.terminal = terminal;
    }

    @Command(
            name = "evaluate",
            mixinStandardHelpOptions = true,
            description =
                    "Score records of your own with a downloaded model and say how good it is on"
                            + " them. Needs no coordinator; nothing leaves this machine.",
            footer = {
                "%nThe query returns the columns of the study that the model was made for, as at a"
                        + " site:",
                "  confide model evaluate model --query \"SELECT * FROM read_csv('patients.csv')\"",
                "",
                "What is printed is exact. If the records belong to a study with a privacy budget,",
                "it is outside that budget: do not pass it on."
            })
    int evaluate(
            @Parameters(
                            paramLabel = "MODEL",
                            description =
                                    "The folder that confide job download wrote, or a"
                                            + " model.safetensors.")
                    Path model,
            @Option(
                            names = "--query",
                            required = true,
                            paramLabel = "SQL",
                            description =
                                    "One DuckDB SELECT over CSV, Parquet or JSON files of this"
                                            + " folder.")
                    String query,
            @Option(names = "--json", description = "Print the result as JSON.") boolean json)
            throws IOException {
        var trained = read(Files.isDirectory(model) ? model.resolve("model.safetensors") : model);
        var plan = trained.plan();
        var data = DuckDbBinding.bind("query", query, plan.study(), Path.of("").toAbsolutePath());
        var scoring = score(trained, data);
        if (json) {
            terminal.line(JsonText.pretty(answer(plan, scoring)));
        } else {
            lines(plan, scoring).forEach(terminal::line);
        }
        return 0;
    }

    private static TrainedModel read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new ConfideException(
                    ErrorCode.FILE_MISSING,
                    "There is no model at "
                            + file
                            + ". Get one with confide job download ID --to FOLDER.");
        }
        try {
            return TrainedModel.parse(Bytes.wrap(Files.readAllBytes(file)));
        } catch (IllegalArgumentException e) {
            throw new ConfideException(
                    ErrorCode.BAD_FILE, file + " is no model of Confide: " + e.getMessage() + ".");
        }
    }

    private static Scoring score(TrainedModel model, LocalData data) {
        var scoring = new Scoring(model.plan().study().dictionary().label().values());
        float[] imputation = model.imputation();
        float[] values = data.values();
        var row = new double[data.features()];
        for (int record = 0; record < data.rows(); record++) {
            for (int i = 0; i < row.length; i++) {
                float value = values[record * row.length + i];
                row[i] = Float.isNaN(value) ? imputation[i] : value;
            }
            scoring.add(model.ofScaled(row), (int) data.labels()[record]);
        }
        return scoring;
    }

    private static ObjectNode answer(Plan plan, Scoring scoring) {
        var answer = JsonText.object().put("model", plan.name()).put("study", plan.study().name());
        answer.put("rows", scoring.rows());
        answer.put("accuracy", scoring.accuracy());
        answer.put("logLoss", scoring.logLoss());
        scoring.auc().ifPresent(auc -> answer.put("auc", auc));
        var classes = answer.putArray("outcomes");
        for (var outcome : scoring.outcomes()) {
            var line = classes.addObject().put("outcome", name(plan, outcome.number()));
            line.put("rows", outcome.rows());
            outcome.recall().ifPresent(value -> line.put("recall", value));
            outcome.precision().ifPresent(value -> line.put("precision", value));
        }
        return answer;
    }

    private List<String> lines(Plan plan, Scoring scoring) {
        var lines = new ArrayList<String>();
        lines.add(
                terminal.strong(" " + plan.name())
                        + " · study %s · %d rows".formatted(plan.study().name(), scoring.rows()));
        scoring.auc().ifPresent(auc -> lines.add(" AUC        " + number(auc)));
        lines.add(" Accuracy   " + number(scoring.accuracy()));
        lines.add(" Log loss   " + number(scoring.logLoss()));
        lines.add(
                terminal.faint(
                        " %-24s %8s %8s %10s".formatted("Outcome", "Rows", "Recall", "Precision")));
        for (var outcome : scoring.outcomes()) {
            lines.add(
                    " %-24s %8d %8s %10s"
                            .formatted(
                                    name(plan, outcome.number()),
                                    outcome.rows(),
                                    outcome.recall().isPresent()
                                            ? number(outcome.recall().getAsDouble())
                                            : "–",
                                    outcome.precision().isPresent()
                                            ? number(outcome.precision().getAsDouble())
                                            : "–"));
        }
        return lines;
    }

    private static String name(Plan plan, int outcome) {
        var label = plan.study().dictionary().label();
        return label.classes().isEmpty()
                ? label.name() + " " + outcome
                : label.classes().get(outcome);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }
}
