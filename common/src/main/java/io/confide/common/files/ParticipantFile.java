package io.confide.common.files;

import io.confide.common.model.ConfideException;
import io.confide.common.model.Sensitivity;
import io.confide.common.model.SiteId;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads {@code participant.yaml}. */
public final class ParticipantFile {
    private ParticipantFile() {}

    /**
     * The configuration in {@code yaml}.
     *
     * @throws ConfideException BAD_FILE or NOT_BUILT with every problem, one line each
     */
    public static ParticipantConfig parse(String yaml) {
        return Section.read("participant.yaml", yaml, ParticipantFile::read);
    }

    /**
     * The same from a file, which the problems then name.
     *
     * @throws ConfideException also FILE_MISSING, and BAD_FILE for what is no text
     */
    public static ParticipantConfig load(Path file) {
        return Section.read(file.toString(), TextFile.read(file), ParticipantFile::read);
    }

    static Section.Reading<ParticipantConfig> read(Section root) {
        String coordinator = root.text("coordinator", Form.ANY);
        if (!coordinator.isEmpty() && !isOrigin(coordinator)) {
            root.problem(
                    "coordinator",
                    "\""
                            + YamlText.shortened(coordinator)
                            + "\" must look like https://fl.example.org:8443.");
        }
        String site = root.text("site", Form.NAME);
        Section training = root.section("training");
        var device =
                training.word(
                        "device", ParticipantConfig.Device.class, ParticipantConfig.Device.AUTO);
        int threads = training.whole("threads", Bounds.between(1, 256), 2);
        training.notBuilt("memory", "limiting memory is not available yet. Remove memory.");
        training.notBuilt(
                "hours",
                "training hours are not available yet. Remove hours, and stop the participant"
                        + " outside of them.");
        training.end();
        var names = new HashSet<String>();
        var studies = new HashSet<String>();
        List<ParticipantConfig.DatasetBinding> datasets =
                root.groups("datasets", in -> dataset(in, names, studies));
        return () ->
                new ParticipantConfig(
                        URI.create(coordinator),
                        new SiteId(site),
                        new ParticipantConfig.Training(device, threads),
                        datasets);
    }

    private static ParticipantConfig.DatasetBinding dataset(
            Section in, Set<String> names, Set<String> studies) {
        var binding =
                new ParticipantConfig.DatasetBinding(
                        in.text("name", Form.NAME),
                        in.text("study", Form.NAME),
                        in.word("sensitivity", Sensitivity.class, Sensitivity.SPECIAL),
                        in.text("query", Form.SQL));
        in.notBuilt(
                "consent",
                "consent columns are not available yet. Remove consent and leave out records"
                        + " without consent in the query's WHERE.");
        if (!names.add(binding.name())) {
            in.problem("name", "two datasets are named \"" + binding.name() + "\".");
        }
        if (!studies.add(binding.study())) {
            in.problem(
                    "study",
                    "two datasets serve the study \""
                            + binding.study()
                            + "\". Join them in one query with UNION ALL.");
        }
        return binding;
    }

    private static boolean isOrigin(String text) {
        try {
            var uri = new URI(text);
            return "https".equals(uri.getScheme())
                    && uri.getHost() != null
                    && uri.getUserInfo() == null
                    && (uri.getPath().isEmpty() || uri.getPath().equals("/"))
                    && uri.getQuery() == null
                    && uri.getFragment() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
