package io.confide.common.secagg;

import io.confide.common.crypto.Ed25519;
import io.confide.common.layout.Label;
import io.confide.common.layout.LayoutReader;
import io.confide.common.layout.LayoutWriter;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.SiteId;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The consortium: who may ever be in a sum, and how many of them may collude. Every site pins the hash of these bytes; t,
 * q and m_min follow from N and C alone (K1).
 *
 * @param version grows with every change; a site never goes back to a lower one
 * @param colluders C, an absolute number
 * @param coordinatorKey Ed25519, 32 bytes
 * @param members in roster order: the position is the site's index i
 */
public record Roster(long version, int colluders, Bytes coordinatorKey, List<Member> members) {
    public static final int MEMBERS_MIN = 3;
    public static final int MEMBERS_MAX = 10_000;

    private static final int MEMBER_BYTES_MIN = Integer.BYTES + 1 + Ed25519.PUBLIC_KEY_BYTES;

    public Roster {
        members = List.copyOf(members);
        if (version < 0) {
            throw new IllegalArgumentException("a roster version is not negative");
        }
        requireKey(coordinatorKey);
        int n = members.size();
        if (n < MEMBERS_MIN || n > MEMBERS_MAX) {
            throw new IllegalArgumentException(
                    "a roster has %d to %d sites, not %d".formatted(MEMBERS_MIN, MEMBERS_MAX, n));
        }
        if (colluders < 0 || colluders > n - 2) {
            throw new IllegalArgumentException(
                    "of %d sites between 0 and %d may collude, not %d"
                            .formatted(n, n - 2, colluders));
        }
        var sites = new HashSet<SiteId>();
        var keys = new HashSet<Bytes>();
        keys.add(coordinatorKey);
        for (Member member : members) {
            if (!sites.add(member.site()) || !keys.add(member.key())) {
                throw new IllegalArgumentException(
                        "the name or the key of site %s stands twice in the roster"
                                .formatted(member.site()));
            }
        }
    }

    /** One site and its Ed25519 identity key, 32 bytes. */
    public record Member(SiteId site, Bytes key) {
        public Member {
            requireKey(key);
        }
    }

    /** N. */
    public int size() {
        return members.size();
    }

    /** q = ⌊(N+C)/2⌋ + 1: signatures that a statement needs; no exclusion ever lowers it. */
    public int q() {
        return (members.size() + colluders) / 2 + 1;
    }

    /** t on the complete graph, equal to q; on a sparse one t is smaller. */
    public int t() {
        return q();
    }

    /** m_min = max(3, q, C+2): the smallest sum that hides its inputs. */
    public int mMin() {
        return Math.max(Math.max(3, q()), colluders + 2);
    }

    /** The index of {@code site}; empty if it is no member. */
    public OptionalInt indexOf(SiteId site) {
        return IntStream.range(0, members.size())
                .filter(index -> members.get(index).site().equals(site))
                .findFirst();
    }

    /** The member at roster index {@code index}. */
    public Member member(int index) {
        return members.get(index);
    }

    /** L("roster") ‖ u64 version ‖ u32 N ‖ u32 C ‖ coordinator key ‖ {LP(site) ‖ key} by index. */
    public Bytes bytes() {
        var writer =
                LayoutWriter.of(Label.ROSTER)
                        .u64(version)
                        .u32(members.size())
                        .u32(colluders)
                        .raw(coordinatorKey);
        for (Member member : members) {
            writer.prefixed(member.site().value().getBytes(StandardCharsets.US_ASCII))
                    .raw(member.key());
        }
        return writer.toBytes();
    }

    /** rosterHash = SHA-256 of {@link #bytes()}. */
    public Digest hash() {
        return Digest.of(bytes());
    }

    /** The roster of exactly these bytes; empty if they are malformed or break a rule of this type. */
    public static Optional<Roster> parse(Bytes body) {
        return LayoutReader.parse(body, Label.ROSTER, Roster::read);
    }

    private static Roster read(LayoutReader reader) {
        long version = reader.u64();
        int n = reader.count(MEMBER_BYTES_MIN);
        int colluders = reader.u32();
        Bytes coordinatorKey = reader.bytes(Ed25519.PUBLIC_KEY_BYTES);
        List<Member> members = IntStream.range(0, n).mapToObj(_ -> readMember(reader)).toList();
        return new Roster(version, colluders, coordinatorKey, members);
    }

    private static Member readMember(LayoutReader reader) {
        byte[] name = reader.prefixed().unsafeArray();
        // Bytes above 127 become a character that no site name may contain, so the parse stays one
        // to one.
        var site = new SiteId(new String(name, StandardCharsets.US_ASCII));
        return new Member(site, reader.bytes(Ed25519.PUBLIC_KEY_BYTES));
    }

    private static void requireKey(Bytes key) {
        if (key.length() != Ed25519.PUBLIC_KEY_BYTES) {
            throw new IllegalArgumentException("an Ed25519 key has 32 bytes, not " + key.length());
        }
    }
}
