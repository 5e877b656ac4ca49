package io.confide.coordinator.cluster;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;

import io.confide.common.files.CoordinatorConfig.Finding;
import io.confide.common.files.CoordinatorConfig.ServiceAccount;
import io.confide.common.files.CoordinatorConfig.ServiceApi;
import io.confide.coordinator.pki.Authority;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;

/** The API of a Kubernetes cluster as far as members ask it: the endpoint slices of one service, over TLS, for one token. */
final class FakeKubernetes implements AutoCloseable {
    private static final String SLICES =
            "/apis/discovery.k8s.io/v1/namespaces/trial/endpointslices";
    private static final String OF_THE_SERVICE =
            "labelSelector=kubernetes.io/service-name=confide-members";

    private final Path account;
    private final SSLContext tls;
    private final int port;
    private final List<String> questions = new CopyOnWriteArrayList<>();
    private volatile String token;
    private volatile List<String> ready = List.of();
    private volatile List<String> notReady = List.of();
    private HttpsServer server;

    private FakeKubernetes(Path account, SSLContext tls, int port, String token) {
        this.account = account;
        this.tls = tls;
        this.port = port;
        this.token = token;
    }

    /**
     * An API that is away.
     *
     * @param account where the files of the service account are put
     */
    static FakeKubernetes away(Path account, int port)
            throws IOException, GeneralSecurityException {
        var random = new SecureRandom();
        var authority =
                Authority.open(account.resolve("authority"), InstantSource.system(), random);
        var tls = SSLContext.getInstance("TLS");
        tls.init(
                new KeyManager[] {authority.serverIdentity(List.of("127.0.0.1")).keys()},
                null,
                random);
        Files.writeString(account.resolve("ca.crt"), authority.certificatePem());
        var fake = new FakeKubernetes(account, tls, port, "");
        fake.renewToken("token-of-the-pod");
        return fake;
    }

    /** It answers from now on. */
    FakeKubernetes come() throws IOException {
        server = HttpsServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.createContext("/", this::answer);
        server.start();
        return this;
    }

    /** Nothing listens there from now on. */
    void go() {
        server.stop(0);
    }

    /** No other token is taken from now on; the file has it. */
    void renewToken(String fresh) throws IOException {
        Files.writeString(account.resolve("token"), fresh + "\n");
        token = fresh;
    }

    void lists(String... addresses) {
        ready = List.of(addresses);
    }

    void listsNotReady(String... addresses) {
        notReady = List.of(addresses);
    }

    /** The paths that were asked for with the right token, and the status where it was refused. */
    List<String> questions() {
        return List.copyOf(questions);
    }

    /** What a member's file would say. */
    Finding finding(int replicas) {
        return finding(account.resolve("ca.crt"), replicas);
    }

    /** With the authority in {@code caFile}. */
    Finding finding(Path caFile, int replicas) {
        return new ServiceApi(
                URI.create("https://127.0.0.1:" + port),
                "trial",
                "confide-members",
                new ServiceAccount(account.resolve("token"), caFile),
                replicas);
    }

    private void answer(HttpExchange asked) throws IOException {
        try (asked) {
            String query = asked.getRequestURI().getQuery();
            boolean known =
                    ("Bearer " + token).equals(asked.getRequestHeaders().getFirst("Authorization"));
            boolean found = asked.getRequestURI().getPath().equals(SLICES);
            int status = known ? found ? 200 : 404 : 401;
            questions.add(known ? asked.getRequestURI().toString() : "401");
            String body =
                    status != 200
                            ? "{\"kind\":\"Status\",\"status\":\"Failure\",\"reason\":\"NotFound\"}"
                            : OF_THE_SERVICE.equals(query) ? slices() : "{\"items\":[]}";
            byte[] utf8 = body.getBytes(StandardCharsets.UTF_8);
            asked.sendResponseHeaders(status, utf8.length);
            asked.getResponseBody().write(utf8);
        }
    }

    private String slices() {
        return """
        {"kind": "EndpointSliceList", "apiVersion": "discovery.k8s.io/v1", "items": [{
          "metadata": {"name": "confide-members-x7k2p", "namespace": "trial",
            "labels": {"kubernetes.io/service-name": "confide-members"},
            "ownerReferences": [{"kind": "Service", "name": "confide-members"}]},
          "addressType": "IPv4",
          "ports": [{"name": "find", "port": 5701, "protocol": "TCP"}],
          "endpoints": [%s]}]}
        """
                .formatted(
                        java.util.stream.Stream.concat(
                                        ready.stream().map(pod -> endpoint(pod, "true")),
                                        notReady.stream().map(pod -> endpoint(pod, "false")))
                                .collect(Collectors.joining(", ")));
    }

    private static String endpoint(String address, String isReady) {
        return """
        {"addresses": ["%s"], "conditions": {"ready": %s}, "nodeName": "node-1",
         "targetRef": {"kind": "Pod", "name": "confide-%s"}}\
        """
                .formatted(address, isReady, address.replace('.', '-'));
    }

    @Override
    public void close() {
        if (server != null) {
            go();
        }
    }
}
