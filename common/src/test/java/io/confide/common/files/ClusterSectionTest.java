package io.confide.common.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.confide.common.model.ErrorCode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
                                List.of("127.0.0.1:5701", "127.0.0.1:5702", "127.0.0.1:5703"),
                                2)),
                read("{members: [127.0.0.1:5701, 127.0.0.1:5702, 127.0.0.1:5703]}"));
        assertEquals(
                Optional.of(
                        new CoordinatorConfig.Cluster(
                                "two",
                                new CoordinatorConfig.Listener("10.0.0.2", 5702),
                                new CoordinatorConfig.Listener("10.0.0.2", 5802),
                                List.of("10.0.0.1:5701", "10.0.0.2:5702"),
                                1)),
                read(
                        "{enabled: true, member: two, listen: {address: 10.0.0.2, port: 5702},"
                                + " bus: {address: 10.0.0.2, port: 5802}, trustedNetwork: true,"
                                + " members: [\"10.0.0.1:5701\", \"10.0.0.2:5702\"], least: 1}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{enabled: true} | cluster.members: must list where each of the 1 to 16 members"
                        + " listens, this one too.",
                "{members: [nowhere]} | cluster.members[0]: must look like 10.0.0.1:5701, where a"
                        + " member of the cluster listens.",
                "{members: [\"a:1\", \"a:1\"]} | cluster.members[1]: stands there twice.",
                "{members: [\"a:1\"], least: 2} | cluster.least: is more than the 1 members that"
                        + " are listed.",
                "{members: [\"a:1\"], listen: {address: 10.0.0.1}} | cluster.listen: is not a"
                    + " loopback address, and members find each other without encryption. Connect"
                    + " the hosts by a network of their own (WireGuard, a private subnet) and write"
                    + " trustedNetwork: true.",
                "{members: [\"a:1\"], seeds: 3} | cluster.seeds: unknown key."
                        + " Known here: enabled, member, listen, bus, trustedNetwork, members,"
                        + " least.",
            })
    void refusesEachMistake(String cluster, String sentence) {
        Refusals.refuses(
                ErrorCode.BAD_FILE,
                CoordinatorFile::parse,
                STORE + "cluster: " + cluster + "\n",
                "coordinator.yaml has 1 problem:\n  line 3   " + sentence);
    }
}
