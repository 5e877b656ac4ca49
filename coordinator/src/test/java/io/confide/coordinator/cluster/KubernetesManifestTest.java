package io.confide.coordinator.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.files.CoordinatorConfig;
import io.confide.common.files.CoordinatorFile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What {@code deploy/kubernetes/members.yaml} says fits together, and to what a coordinator reads. */
class KubernetesManifestTest {
    private static final Path MANIFEST = Path.of("..", "deploy", "kubernetes", "members.yaml");
    private static final String URL = "jdbc:postgresql://db/confide?user=c&password=p";

    @Test
    @EnabledOnOs(OS.LINUX)
    void theFilledInConfigurationIsOneOfAMember(@TempDir Path work) throws Exception {
        var config = CoordinatorFile.parse(filledIn(work));
        var cluster = config.cluster().orElseThrow();
        assertEquals(URL, config.store());
        assertEquals("confide-0", cluster.member());
        assertEquals(new CoordinatorConfig.Listener("10.1.2.3", 5701), cluster.listener());
        assertEquals(new CoordinatorConfig.Listener("10.1.2.3", 5801), cluster.bus());
        var set = document("StatefulSet", "confide");
        int replicas = (int) in(set, "spec", "replicas");
        assertEquals(
                new CoordinatorConfig.ServiceDns("confide-members", replicas), cluster.finding());
        assertEquals(replicas / 2 + 1, cluster.least());
    }

    @Test
    void whatFindsMembersHasThemBeforeTheyAreReadyAndOnTheirPort() throws IOException {
        var service = document("Service", "confide-members");
        assertEquals("None", in(service, "spec", "clusterIP"));
        assertEquals(true, in(service, "spec", "publishNotReadyAddresses"));
        var set = document("StatefulSet", "confide");
        assertEquals("confide-members", in(set, "spec", "serviceName"));
        assertEquals(
                in(service, "spec", "selector"), in(set, "spec", "template", "metadata", "labels"));
        assertEquals(List.of(5701, 5801), ports(service));
        assertEquals(List.of(8443, 8444), ports(document("Service", "confide")));
    }

    @Test
    void onlyMembersReachThePortThatIsNotEncrypted() throws IOException {
        for (var rule : list(in(document("NetworkPolicy", "confide"), "spec", "ingress"))) {
            var open = list(map(rule).get("ports")).stream().map(each -> map(each).get("port"));
            if (open.anyMatch(Integer.valueOf(5701)::equals)) {
                assertEquals(
                        List.of(
                                Map.of(
                                        "podSelector",
                                        Map.of("matchLabels", Map.of("app", "confide")))),
                        map(rule).get("from"));
            }
        }
    }

    /** By the command that the manifest itself has. */
    private static String filledIn(Path work) throws Exception {
        var settings = in(document("ConfigMap", "confide"), "data", "coordinator.yaml").toString();
        Files.writeString(work.resolve("coordinator.yaml"), settings);
        var set = document("StatefulSet", "confide");
        var container = list(in(set, "spec", "template", "spec", "containers")).getFirst();
        var script = list(map(container).get("args")).getFirst().toString();
        int from = script.indexOf("awk ");
        var awk =
                script.substring(from, script.indexOf("exec ", from))
                        .replace("/settings/", work + "/")
                        .replace("/home/confide/", work + "/filled-");
        var shell = new ProcessBuilder("sh", "-euc", awk).redirectErrorStream(true);
        shell.environment()
                .putAll(Map.of("POD_IP", "10.1.2.3", "POD_NAME", "confide-0", "DATABASE_URL", URL));
        var process = shell.start();
        var said = new String(process.getInputStream().readAllBytes());
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), said);
        var filled = Files.readString(work.resolve("filled-coordinator.yaml"));
        assertFalse(filled.contains("@"), filled);
        return filled;
    }

    private static Map<?, ?> document(String kind, String name) throws IOException {
        var yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
        for (var each : yaml.loadAll(Files.readString(MANIFEST))) {
            if (kind.equals(map(each).get("kind")) && name.equals(in(each, "metadata", "name"))) {
                return map(each);
            }
        }
        throw new AssertionError("there is no " + kind + " " + name);
    }

    private static List<Object> ports(Object service) {
        var ports = new ArrayList<>();
        list(in(service, "spec", "ports")).forEach(each -> ports.add(map(each).get("port")));
        return ports;
    }

    private static Object in(Object from, String... keys) {
        Object at = from;
        for (var key : keys) {
            at = map(at).get(key);
        }
        return at;
    }

    private static Map<?, ?> map(Object value) {
        return (Map<?, ?>) value;
    }

    private static List<?> list(Object value) {
        return (List<?>) value;
    }
}
