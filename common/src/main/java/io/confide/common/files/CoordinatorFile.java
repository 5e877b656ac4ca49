package io.confide.common.files;

import io.confide.common.model.ConfideException;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Reads {@code coordinator.yaml}. */
public final class CoordinatorFile {
    private static final Bounds PORTS = Bounds.between(0, 65_535);
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
        var roster = root.value("roster").map(value -> value.text(Form.ANY)).map(Path::of);
        Path users = users(root.section("signIn"));
        cluster(root.section("cluster"));
        return () ->
                new CoordinatorConfig(
                        name, sites, people, management, store, Path.of(dataDir), roster, users);
    }

    private static CoordinatorConfig.Listener listener(
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
        if (text.startsWith("jdbc:postgresql:")) {
            url.ifPresent(
                    value ->
                            value.notBuilt(
                                    "PostgreSQL is not available yet. Use"
                                            + " \"jdbc:sqlite:data/confide.db\"."));
        } else if (!text.startsWith(SQLITE) || text.length() == SQLITE.length()) {
            in.problem("url", "must look like \"jdbc:sqlite:data/confide.db\".");
        }
        in.end();
        return text;
    }

    private static Path users(Section in) {
        String file = in.value("users").map(value -> value.text(Form.ANY)).orElse("users.yaml");
        in.notBuilt(
                "oidc",
                "single sign-on is not available yet. Remove signIn.oidc and give people an"
                        + " account: confide coordinator user add");
        in.end();
        return Path.of(file);
    }

    private static void cluster(Section in) {
        in.value("enabled")
                .filter(Value::truth)
                .ifPresent(
                        value ->
                                value.notBuilt(
                                        "clustering is not available yet. Write enabled: false."));
        in.end();
    }
}
