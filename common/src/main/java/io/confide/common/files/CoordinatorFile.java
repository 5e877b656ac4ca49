package io.confide.common.files;

import io.confide.common.model.ConfideException;

import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads {@code coordinator.yaml}. */
public final class CoordinatorFile {
    private static final Bounds PORTS = Bounds.between(0, 65_535);
    private static final Bounds JOBS = Bounds.between(1, 1000);
    private static final String POSTGRESQL = "jdbc:postgresql:";

    /** Host, port and database; a password could also stand before an @. */
    private static final Pattern DATABASE =
            Pattern.compile("jdbc:postgresql://[^/?@\\s]+/[^/?@\\s]+(\\?\\S*)?");

    private static final Pattern PASSWORD =
            Pattern.compile("[?&](ssl)?password=|//[^/?]*@", Pattern.CASE_INSENSITIVE);
    private static final String SQLITE = "jdbc:sqlite:";

    private CoordinatorFile() {}

    /**
     * The configuration in {@code yaml}.
     *
     * @throws ConfideException BAD_FILE or NOT_BUILT with every problem, one line each
     */
    public static CoordinatorConfig parse(String yaml) {
        return Section.read("coordinator.yaml", yaml, CoordinatorFile::read);
    }

    /**
     * The same from a file, which the problems then name.
     *
     * @throws ConfideException also FILE_MISSING, and BAD_FILE for what is no text
     */
    public static CoordinatorConfig load(Path file) {
        return Section.read(file.toString(), TextFile.read(file), CoordinatorFile::read);
    }

    static Section.Reading<CoordinatorConfig> read(Section root) {
        String name = root.text("name", Form.HOST);
        var sites = listener(root, "sites", new CoordinatorConfig.Listener("0.0.0.0", 8443));
        var people = listener(root, "people", new CoordinatorConfig.Listener("0.0.0.0", 8444));
        var management =
                listener(root, "management", new CoordinatorConfig.Listener("127.0.0.1", 9090));
        requireDistinctPorts(root, sites, people, management);
        String store = store(root.section("store"));
        String dataDir = root.value("dataDir").map(v -> v.text(Form.ANY)).orElse("data");
        var jobs = jobs(root.section("jobs"));
        var roster = root.value("roster").map(value -> value.text(Form.ANY)).map(Path::of);
        Section signIn = root.section("signIn");
        String users = signIn.value("users").map(v -> v.text(Form.ANY)).orElse("users.yaml");
        var signOn = signOn(signIn);
        signIn.end();
        var cluster = ClusterSection.read(root.section("cluster"), name, store);
        return () ->
                new CoordinatorConfig(
                        name,
                        sites,
                        people,
                        management,
                        store,
                        Path.of(dataDir),
                        jobs,
                        roster,
                        Path.of(users),
                        signOn,
                        cluster);
    }

    static CoordinatorConfig.Listener listener(
            Section root, String key, CoordinatorConfig.Listener fallback) {
        Section in = root.section(key);
        String address = in.value("address").map(v -> v.text(Form.HOST)).orElse(fallback.address());
        int port = in.whole("port", PORTS, fallback.port());
        in.end();
        return new CoordinatorConfig.Listener(address, port);
    }

    private static void requireDistinctPorts(
            Section root,
            CoordinatorConfig.Listener sites,
            CoordinatorConfig.Listener people,
            CoordinatorConfig.Listener management) {
        var ports = new HashMap<Integer, String>();
        ports.put(sites.port(), "sites");
        requireFree(root, ports, "people", people.port());
        requireFree(root, ports, "management", management.port());
    }

    private static void requireFree(
            Section root, Map<Integer, String> ports, String key, int port) {
        String other = ports.put(port, key);
        if (other != null && port != 0) {
            root.problem(key, "has the same port " + port + " as " + other + ".");
        }
    }

    private static String store(Section in) {
        var url = in.value("url");
        String text = url.map(value -> value.text(Form.ANY)).orElse(SQLITE + "data/confide.db");
        if (text.startsWith(POSTGRESQL)) {
            if (PASSWORD.matcher(text).find()) {
                in.problem(
                        "url",
                        "must not hold a password. Put it into ~/.pgpass, or name such a file in"
                                + " PGPASSFILE.");
            } else if (!DATABASE.matcher(text).matches()) {
                in.problem(
                        "url",
                        "must look like \"jdbc:postgresql://host:5432/confide?user=confide\".");
            }
        } else if (!text.startsWith(SQLITE) || text.length() == SQLITE.length()) {
            in.problem(
                    "url",
                    "must look like \"jdbc:sqlite:data/confide.db\" or"
                            + " \"jdbc:postgresql://host:5432/confide?user=confide\".");
        }
        in.end();
        return text;
    }

    private static CoordinatorConfig.JobLimits jobs(Section in) {
        var standard = CoordinatorConfig.JobLimits.STANDARD;
        int atOnce = in.whole("atOnce", JOBS, standard.atOnce());
        var within = new Bounds(1, atOnce, "between 1 and atOnce, which is " + atOnce);
        var limits =
                new CoordinatorConfig.JobLimits(
                        atOnce,
                        in.whole("perStudy", within, Math.min(standard.perStudy(), atOnce)),
                        in.whole("perSite", within, Math.min(standard.perSite(), atOnce)));
        in.end();
        return limits;
    }

    private static Optional<CoordinatorConfig.SignOn> signOn(Section signIn) {
        Section in = signIn.section("oidc");
        String issuer = in.text("issuer", Form.HTTPS);
        String clientId = in.text("clientId", Form.ANY);
        var secret = in.value("clientSecretFile").map(v -> v.text(Form.ANY)).map(Path::of);
        String claim =
                in.value("claim")
                        .map(v -> v.text(Form.CLAIM))
                        .orElse(CoordinatorConfig.SignOn.SUBJECT);
        var trust = in.value("trust").map(v -> v.text(Form.ANY)).map(Path::of);
        in.end();
        return in.isPresent() && Form.HTTPS.matches(issuer)
                ? Optional.of(
                        new CoordinatorConfig.SignOn(
                                URI.create(issuer), clientId, secret, claim, trust))
                : Optional.empty();
    }
}
