package io.confide.e2e;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A coordinator process of a cluster.
 *
 * @param sites the port that sites use, and so on
 * @param find where members find each other
 * @param talk where they talk
 */
record ClusterMember(String name, int sites, int people, int management, int find, int talk) {
    static ClusterMember of(int number) throws IOException {
        return new ClusterMember(
                "member-" + number,
                Consortium.freePort(),
                Consortium.freePort(),
                Consortium.freePort(),
                Consortium.freePort(),
                Consortium.freePort());
    }

    /** Its coordinator.yaml among {@code members}. */
    String yaml(int database, List<ClusterMember> members, ClusterStage.Roads roads) {
        var seeds =
                members.stream()
                        .map(each -> "\"127.0.0.1:" + roads.to(each.find()) + "\"")
                        .collect(Collectors.joining(", "));
        return """
        name: localhost
        sites: {address: 127.0.0.1, port: %d}
        people: {address: 127.0.0.1, port: %d}
        management: {address: 127.0.0.1, port: %d}
        store: {url: "jdbc:postgresql://localhost:%d/postgres?user=postgres"}
        roster: ../roster.json
        cluster:
          member: %s
          listen: {address: 127.0.0.1, port: %d}
          bus: {address: 127.0.0.1, port: %d}
          members: [%s]
        """
                .formatted(sites, people, management, roads.to(database), name, find, talk, seeds);
    }
}
