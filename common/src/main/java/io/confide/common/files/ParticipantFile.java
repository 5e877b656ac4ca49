package io.confide.common.files;

import io.confide.common.model.ConfideException;
import io.confide.common.model.Sensitivity;
import io.confide.common.model.SiteId;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads {@code participant.yaml}. */
public final class ParticipantFile {
    /** What an address without a port means. */
    private static final int SITES_PORT = 8443;

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
        List<URI> coordinators = coordinators(root);
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
                        coordinators,
                        new SiteId(site),
                        new ParticipantConfig.Training(device, threads),
                        datasets);
    }

    private static List<URI> coordinators(Section root) {
        var written = root.oneOrMore("coordinator");
        int most = ParticipantConfig.COORDINATORS_MAX;
        if (written.isEmpty() && root.has("coordinator")) {
            root.problem(
                    "coordinator",
                    "must list 1 to " + most + " addresses such as https://fl.example.org:8443.");
        } else if (written.size() > most) {
            root.problem(
                    "coordinator",
                    "lists " + written.size() + " addresses. Keep at most " + most + ".");
        }
        var known = new HashSet<String>();
        var read = new ArrayList<URI>();
        for (var value : written) {
            String text = value.text(Form.ANY);
            if (text.isEmpty()) {
                continue;
            }
            String shown = "\"" + YamlText.shortened(text) + "\" ";
            if (!isOrigin(text)) {
                value.problem(shown + "must look like https://fl.example.org:8443.");
                continue;
            }
            var origin = URI.create(text);
            if (!known.add(place(origin))) {
                value.problem(shown + "is listed twice. Keep one.");
            }
            read.add(origin);
        }
        return read;
    }

    /** What two ways to write the same address have in common. */
    private static String place(URI origin) {
        int port = origin.getPort() < 0 ? SITES_PORT : origin.getPort();
        return origin.getHost().toLowerCase(Locale.ROOT) + ":" + port;
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
