package io.confide.common.files;

import io.confide.common.model.Bytes;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.Roster;

import java.util.List;

/**
 * {@code roster.json}: who takes part, made by the consortium and pinned by every site.
 *
 * @param version counts up from 1 with every change
 * @param colluders C: how many sites may be dishonest together
 * @param coordinatorKey Ed25519 public key, 32 bytes
 * @param members in the order of their roster index
 */
public record RosterDocument(
        int version, int colluders, Bytes coordinatorKey, List<Member> members) {
    public RosterDocument {
        members = List.copyOf(members);
    }

    /** The roster as the protocol knows it. */
    public Roster roster() {
        return new Roster(
                version,
                colluders,
                coordinatorKey,
                members.stream()
                        .map(member -> new Roster.Member(member.site(), member.key()))
                        .toList());
    }

    /** @param key Ed25519 identity key, 32 bytes */
    public record Member(SiteId site, Bytes key) {}
}
