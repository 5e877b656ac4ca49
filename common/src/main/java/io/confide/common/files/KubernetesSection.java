package io.confide.common.files;

import io.confide.common.files.CoordinatorConfig.Finding;
import io.confide.common.files.CoordinatorConfig.ServiceAccount;
import io.confide.common.files.CoordinatorConfig.ServiceApi;
import io.confide.common.files.CoordinatorConfig.ServiceDns;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The part {@code kubernetes:} of a cluster: members that find each other by a service. */
final class KubernetesSection {
    /** Where Kubernetes puts what a pod shows at the API. */
    private static final String ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount/";

    private static final int MEMBERS_MAX = ClusterSection.MEMBERS_MAX;
    private static final String SERVER = "https://kubernetes.default.svc";
    private static final List<String> FOR_THE_API =
            List.of("namespace", "apiServer", "tokenFile", "caFile");

    private KubernetesSection() {}

    /** Returns nothing where there is no such part. */
    static Optional<Finding> read(Section in) {
        int replicas = in.whole("replicas", Bounds.between(1, MEMBERS_MAX), MEMBERS_MAX);
        String dns = in.value("serviceDns").map(v -> v.text(Form.HOST)).orElse("");
        String service = in.value("service").map(v -> v.text(Form.NAME)).orElse("");
        String namespace = in.value("namespace").map(v -> v.text(Form.NAME)).orElse("");
        String server = in.value("apiServer").map(v -> v.text(Form.SERVER)).orElse(SERVER);
        var token = file(in, "tokenFile", ACCOUNT + "token");
        var ca = file(in, "caFile", ACCOUNT + "ca.crt");
        in.end();
        if (!in.isPresent()) {
            return Optional.empty();
        }
        check(in);
        if (!in.has("service")) {
            return Optional.of(new ServiceDns(dns, replicas));
        }
        // What is no address has been noted, and nothing is built then.
        var url = URI.create(Form.SERVER.matches(server) ? server : SERVER);
        return Optional.of(
                new ServiceApi(url, namespace, service, new ServiceAccount(token, ca), replicas));
    }

    private static void check(Section in) {
        if (!in.has("replicas")) {
            in.problem(
                    "replicas",
                    "is missing. Write how many members there are (replicas of the StatefulSet):"
                            + " how many must be there is counted from it, not from who is found.");
        }
        if (in.has("serviceDns") == in.has("service")) {
            in.problem(
                    "serviceDns",
                    in.has("service")
                            ? "cannot stand beside service. Keep serviceDns to find members by DNS,"
                                    + " or service and namespace to ask the Kubernetes API."
                            : "is missing. Write the DNS name of a headless service of the members,"
                                    + " or service and namespace to ask the Kubernetes API.");
        } else if (in.has("service") && !in.has("namespace")) {
            in.problem("namespace", "is missing. Write the namespace of the service.");
        } else if (in.has("serviceDns")) {
            for (var key : FOR_THE_API) {
                if (in.has(key)) {
                    in.problem(
                            key,
                            "is for the Kubernetes API, and serviceDns does not ask it. Remove it,"
                                    + " or write service in place of serviceDns.");
                }
            }
        }
    }

    /** Kubernetes mounts them at an absolute path; the home has nothing to do with them. */
    private static Path file(Section in, String key, String usual) {
        String path = in.value(key).map(v -> v.text(Form.ANY)).orElse(usual);
        if (!path.startsWith("/")) {
            in.problem(key, "must be an absolute path such as " + usual + ".");
        }
        return Path.of(path);
    }
}
