package io.confide.common.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.confide.common.model.ErrorCode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

class ClusterSectionTest {
    private static final String STORE =
            """
            name: north.example
            store: {url: "jdbc:postgresql://db/confide?user=confide"}
            """;

    private static Optional<CoordinatorConfig.Cluster> read(String cluster) {
        return CoordinatorFile.parse(STORE + "cluster: " + cluster + "\n").cluster();
    }

    @Test
    void withoutASectionThereIsNoCluster() {
        assertEquals(Optional.empty(), CoordinatorFile.parse(STORE).cluster());
        assertEquals(
                Optional.empty(), read("{enabled: false, members: [127.0.0.1:1, 127.0.0.1:2]}"));
    }

    @Test
    void readsAMemberAndHasWhatMostWant() {
        assertEquals(
                Optional.of(
                        new CoordinatorConfig.Cluster(
                                "north.example",
                                new CoordinatorConfig.Listener("127.0.0.1", 5701),
                                new CoordinatorConfig.Listener("127.0.0.1", 5801),
                                new CoordinatorConfig.Listed(
                                        List.of(
                                                "127.0.0.1:5701",
                                                "127.0.0.1:5702",
                                                "127.0.0.1:5703")),
                                2)),
                read("{members: [127.0.0.1:5701, 127.0.0.1:5702, 127.0.0.1:5703]}"));
        assertEquals(
                Optional.of(
                        new CoordinatorConfig.Cluster(
                                "two",
                                new CoordinatorConfig.Listener("10.0.0.2", 5702),
                                new CoordinatorConfig.Listener("10.0.0.2", 5802),
                                new CoordinatorConfig.Listed(
                                        List.of("10.0.0.1:5701", "10.0.0.2:5702")),
                                1)),
                read(
                        "{enabled: true, member: two, listen: {address: 10.0.0.2, port: 5702},"
                                + " bus: {address: 10.0.0.2, port: 5802}, trustedNetwork: true,"
                                + " members: [\"10.0.0.1:5701\", \"10.0.0.2:5702\"], least: 1}"));
    }

    @Test
    void findsMembersByAServiceOfKubernetes() {
        assertEquals(
                Optional.of(
                        new CoordinatorConfig.Cluster(
                                "confide-1",
                                new CoordinatorConfig.Listener("10.0.0.2", 5701),
                                new CoordinatorConfig.Listener("10.0.0.2", 5801),
                                new CoordinatorConfig.ServiceDns("confide.trial.svc", 5),
                                3)),
                read(
                        "{member: confide-1, listen: {address: 10.0.0.2}, bus: {address: 10.0.0.2},"
                                + " trustedNetwork: true,"
                                + " kubernetes: {serviceDns: confide.trial.svc, replicas: 5}}"));
        assertEquals(
                Optional.of(
                        new CoordinatorConfig.ServiceApi(
                                URI.create("https://kubernetes.default.svc"),
                                "trial",
                                "confide",
                                new CoordinatorConfig.ServiceAccount(
                                        Path.of(
                                                "/var/run/secrets/kubernetes.io/serviceaccount/token"),
                                        Path.of(
                                                "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt")),
                                4)),
                read("{kubernetes: {service: confide, namespace: trial, replicas: 4}}")
                        .map(CoordinatorConfig.Cluster::finding));
        assertEquals(
                Optional.of(3),
                read("{kubernetes: {service: confide, namespace: trial, replicas: 4}}")
                        .map(CoordinatorConfig.Cluster::least));
        assertEquals(
                Optional.of(
                        new CoordinatorConfig.ServiceApi(
                                URI.create("https://10.0.0.1:6443"),
                                "trial",
                                "confide",
                                new CoordinatorConfig.ServiceAccount(
                                        Path.of("/t/token"), Path.of("/t/ca.crt")),
                                3)),
                read("{kubernetes: {service: confide, namespace: trial, replicas: 3,"
                                + " apiServer: \"https://10.0.0.1:6443\", tokenFile: /t/token,"
                                + " caFile: /t/ca.crt}}")
                        .map(CoordinatorConfig.Cluster::finding));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{enabled: true} | cluster.members: must list where each of the 1 to 16 members"
                        + " listens, this one too; in Kubernetes write kubernetes: in its place.",
                "{members: [nowhere]} | cluster.members[0]: must look like 10.0.0.1:5701, where a"
                        + " member of the cluster listens.",
                "{members: [\"a:1\", \"a:1\"]} | cluster.members[1]: stands there twice.",
                "{members: [\"a:1\"], least: 2} | cluster.least: is more than the 1 members"
                        + " there are.",
                "{members: [\"a:1\"], listen: {address: 10.0.0.1}} | cluster.listen: is not a"
                    + " loopback address, and members find each other without encryption. Connect"
                    + " the hosts by a network of their own (WireGuard, a private subnet) and write"
                    + " trustedNetwork: true.",
                "{members: [\"a:1\"], seeds: 3} | cluster.seeds: unknown key."
                        + " Known here: enabled, member, listen, bus, trustedNetwork, members,"
                        + " kubernetes, least.",
                "{members: [\"a:1\"], trustedNetwork: true, listen: {address: 0.0.0.0}} |"
                    + " cluster.listen: has address 0.0.0.0, under which no other member can reach"
                    + " this one. Write this machine's own, in Kubernetes the pod's.",
                "{members: [\"a:1\"], bus: {address: \"::\"}} |"
                        + " cluster.bus: has address ::, under which no other member can reach"
                        + " this one. Write this machine's own, in Kubernetes the pod's.",
                "{members: [\"a:1\"], kubernetes: {replicas: 3, serviceDns: a}} |"
                        + " cluster.kubernetes: cannot stand beside members. Keep members where"
                        + " addresses stay the same, or kubernetes where pods get new ones.",
                "{kubernetes: {serviceDns: a}} | cluster.kubernetes.replicas: is missing. Write how"
                        + " many members there are (replicas of the StatefulSet): how many must be"
                        + " there is counted from it, not from who is found.",
                "{kubernetes: {replicas: 0, serviceDns: a}} | cluster.kubernetes.replicas: 0 must"
                        + " be between 1 and 16.",
                "{kubernetes: {replicas: 3}} | cluster.kubernetes.serviceDns: is missing. Write the"
                    + " DNS name of a headless service of the members, or service and namespace to"
                    + " ask the Kubernetes API.",
                "{kubernetes: {replicas: 3, serviceDns: a, service: a}} |"
                    + " cluster.kubernetes.serviceDns: cannot stand beside service. Keep serviceDns"
                    + " to find members by DNS, or service and namespace to ask the Kubernetes"
                    + " API.",
                "{kubernetes: {replicas: 3, service: a}} | cluster.kubernetes.namespace: is"
                        + " missing. Write the namespace of the service.",
                "{kubernetes: {replicas: 3, serviceDns: a, tokenFile: /a}} |"
                        + " cluster.kubernetes.tokenFile: is for the Kubernetes API, and serviceDns"
                        + " does not ask it. Remove it, or write service in place of serviceDns.",
                "{kubernetes: {replicas: 3, service: a, namespace: b, apiServer: \"http://c\"}} |"
                    + " cluster.kubernetes.apiServer: \"http://c\" must be an https address without"
                    + " a path, e.g. https://kubernetes.default.svc.",
                "{kubernetes: {replicas: 3, service: a, namespace: b, caFile: ca.crt}} |"
                        + " cluster.kubernetes.caFile: must be an absolute path such as"
                        + " /var/run/secrets/kubernetes.io/serviceaccount/ca.crt.",
                "{least: 4, kubernetes: {replicas: 3, serviceDns: a}} | cluster.least: is more than"
                        + " the 3 members there are.",
                "{listen: {port: 0}, kubernetes: {replicas: 3, serviceDns: a}} | cluster.listen:"
                    + " has port 0, any free one, where the others cannot look for it. Write the"
                    + " same port in all members, e.g. 5701.",
            })
    void refusesEachMistake(String cluster, String sentence) {
        Refusals.refuses(
                ErrorCode.BAD_FILE,
                CoordinatorFile::parse,
                STORE + "cluster: " + cluster + "\n",
                "coordinator.yaml has 1 problem:\n  line 3   " + sentence);
    }
}
