package io.confide.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.confide.cli.JsonText;
import io.confide.cli.Terminal;
import io.confide.common.files.ParticipantConfig;
import io.confide.common.files.ParticipantConfig.DatasetBinding;
import io.confide.common.files.ParticipantFile;
import io.confide.common.files.StudyFile;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.Study;
import io.confide.participant.data.DuckDbBinding;
import io.confide.participant.port.LocalData;
import io.confide.participant.vault.Home;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;

/** {@code confide participant data}. What it prints is for the operator of the site; it goes nowhere else. */
@Command(
        name = "data",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "The datasets that this site binds, and whether they fit a study.")
public final class SiteDataCommands {
    private static final String JSON = "Print the result as JSON.";

    private final Terminal terminal;

    public SiteDataCommands(Terminal terminal) {
        this.terminal = terminal;
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "List the datasets of participant.yaml.")
    int list(@Mixin SiteHome site, @Option(names = "--json", description = JSON) boolean json) {
        var answer = JsonText.object();
        var datasets = answer.putArray("datasets");
        for (var dataset : configuration(site.existing()).datasets()) {
            datasets.add(describe(dataset));
            if (!json) {
                terminal.line(
                        "%-16s study %-26s sensitivity %s"
                                .formatted(
                                        dataset.name(),
                                        dataset.study(),
                                        dataset.sensitivity().name().toLowerCase(Locale.ROOT)));
            }
        }
        if (json) {
            terminal.line(JsonText.pretty(answer));
        } else if (datasets.isEmpty()) {
            terminal.line(
                    "This site binds no dataset yet. Add one under datasets in "
                            + new Home(site.existing()).configuration()
                            + ".");
        }
        return 0;
    }

    @Command(
            name = "profile",
            mixinStandardHelpOptions = true,
            description =
                    "Bind the datasets of a study as training would, and say what was found. Shown"
                            + " here only; nothing leaves the site.")
    int profile(
            @Mixin SiteHome site,
            @Option(
                            names = "--study",
                            required = true,
                            paramLabel = "FILE",
                            description = "study.yaml of the study.")
                    Path studyFile,
            @Option(names = "--json", description = JSON) boolean json) {
        var study = StudyFile.load(studyFile);
        var answer = JsonText.object().put("study", study.name());
        var datasets = answer.putArray("datasets");
        for (var dataset : configuration(site.existing()).datasets()) {
            if (dataset.study().equals(study.name())) {
                var data =
                        DuckDbBinding.bind(dataset.name(), dataset.query(), study, site.existing());
                datasets.add(profile(dataset, study, data));
            }
        }
        if (datasets.isEmpty()) {
            throw new ConfideException(
                    ErrorCode.NOT_FOUND,
                    "No dataset in "
                            + new Home(site.existing()).configuration()
                            + " is bound to the study "
                            + study.name()
                            + ". Add one under datasets.");
        }
        if (json) {
            terminal.line(JsonText.pretty(answer));
        } else {
            datasets.forEach(line -> print((ObjectNode) line));
        }
        return 0;
    }

    private void print(ObjectNode dataset) {
        int rows = dataset.path("rows").asInt();
        terminal.line(
                terminal.good(" ✓ ")
                        + "%s: %d rows, %s"
                                .formatted(dataset.path("name").asText(), rows, outcomes(dataset)));
        for (var feature : dataset.path("unusable").properties()) {
            var counts = feature.getValue();
            boolean most = counts.path("mostRows").asBoolean();
            terminal.line(
                    "%s %-20s missing in %d, not finite in %d, out of range in %d%s"
                            .formatted(
                                    most ? terminal.warning(" !") : "  ",
                                    feature.getKey(),
                                    counts.path("missing").asInt(),
                                    counts.path("notFinite").asInt(),
                                    counts.path("outOfRange").asInt(),
                                    most ? ": more than half of the rows; check the query" : ""));
        }
    }

    private static String outcomes(ObjectNode dataset) {
        if (dataset.has("positives")) {
            int positives = dataset.path("positives").asInt();
            return "label positive in %d (%.0f %%)"
                    .formatted(positives, 100.0 * positives / dataset.path("rows").asInt());
        }
        return dataset.path("classes").properties().stream()
                .map(one -> one.getKey() + " " + one.getValue().asInt())
                .collect(Collectors.joining(", ", "by class: ", ""));
    }

    private static ParticipantConfig configuration(Path home) {
        return ParticipantFile.load(new Home(home).configuration());
    }

    private static ObjectNode describe(DatasetBinding dataset) {
        return JsonText.object()
                .put("name", dataset.name())
                .put("study", dataset.study())
                .put("sensitivity", dataset.sensitivity().name().toLowerCase(Locale.ROOT));
    }

    private static ObjectNode profile(DatasetBinding dataset, Study study, LocalData data) {
        var line = describe(dataset).put("rows", data.rows());
        var classes = study.dictionary().label().classes();
        if (classes.isEmpty()) {
            line.put("positives", data.profile().positives());
        } else {
            var perClass = line.putObject("classes");
            for (int i = 0; i < classes.size(); i++) {
                perClass.put(classes.get(i), data.profile().outcomes().get(i));
            }
        }
        var unusable = line.putObject("unusable");
        var features = study.dictionary().features();
        for (int i = 0; i < features.size(); i++) {
            var counts = data.profile().unusable().get(i);
            unusable.putObject(features.get(i).name())
                    .put("missing", counts.missing())
                    .put("notFinite", counts.notFinite())
                    .put("outOfRange", counts.outOfRange())
                    .put("mostRows", data.profile().mostlyUnusable(i));
        }
        return line;
    }
}
