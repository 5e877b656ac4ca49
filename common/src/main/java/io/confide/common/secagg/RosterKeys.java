package io.confide.common.secagg;

import io.confide.common.crypto.VerifyingKey;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The keys of a roster, each decoded once, when it is first needed. A roster entry that is no key verifies nothing. */
public final class RosterKeys {
    private static final int LARGE_KEYS_MAX = 32;
    private static final int MEDIUM_KEYS_MAX = 256;

    private final Digest roster;
    private final Optional<VerifyingKey> coordinator;
    private final List<Entry> members;
    private final Optional<Set<Verified>> verified;

    private RosterKeys(
            Digest roster,
            Optional<VerifyingKey> coordinator,
            List<Entry> members,
            Optional<Set<Verified>> verified) {
        this.roster = roster;
        this.coordinator = coordinator;
        this.members = members;
        this.verified = verified;
    }

    /** A valid signature of a member. */
    private record Verified(int site, Bytes body, Bytes signature) {}

    /** The keys of {@code roster}; the more there are, the less memory each of them may take. */
    public static RosterKeys of(Roster roster) {
        VerifyingKey.Memory memory = memory(roster.size());
        return new RosterKeys(
                roster.hash(),
                VerifyingKey.of(roster.coordinatorKey()),
                roster.members().stream().map(member -> new Entry(member.key(), memory)).toList(),
                Optional.empty());
    }

    /**
     * These keys for many sites in one process that are sent the same signatures: what verified once for one of them is not
     * verified again for another. It remembers every valid signature, so that it is for measurements and simulations.
     */
    public RosterKeys remembering() {
        return new RosterKeys(
                roster,
                coordinator,
                members,
                Optional.of(Collections.synchronizedSet(new HashSet<>())));
    }

    /** One member's key. */
    private static final class Entry {
        private final Bytes encoded;
        private final VerifyingKey.Memory memory;
        private Optional<VerifyingKey> decoded = Optional.empty();
        private Form form = Form.BYTES;

        private enum Form {
            BYTES,
            DECODED
        }

        Entry(Bytes encoded, VerifyingKey.Memory memory) {
            this.encoded = encoded;
            this.memory = memory;
        }

        synchronized Optional<VerifyingKey> key() {
            if (form == Form.BYTES) {
                decoded = VerifyingKey.of(encoded, memory);
                form = Form.DECODED;
            }
            return decoded;
        }
    }

    private static VerifyingKey.Memory memory(int keys) {
        if (keys <= LARGE_KEYS_MAX) {
            return VerifyingKey.Memory.LARGE;
        }
        return keys <= MEDIUM_KEYS_MAX ? VerifyingKey.Memory.MEDIUM : VerifyingKey.Memory.SMALL;
    }

    /** Whether these are the keys of exactly this roster. */
    public boolean areOf(Roster other) {
        return roster.equals(other.hash());
    }

    /**
     * Returns these keys.
     *
     * @throws IllegalArgumentException if they are those of another roster
     */
    public RosterKeys requireOf(Roster other) {
        if (!areOf(other)) {
            throw new IllegalArgumentException("these are the keys of another roster");
        }
        return this;
    }

    /** Whether the site with roster index {@code site} signed exactly {@code body}. */
    public boolean isBySite(int site, Bytes body, Bytes signature) {
        if (verified.isEmpty()) {
            return verifies(site, body, signature);
        }
        var asked = new Verified(site, body, signature);
        if (verified.get().contains(asked)) {
            return true;
        }
        boolean valid = verifies(site, body, signature);
        if (valid) {
            verified.get().add(asked);
        }
        return valid;
    }

    private boolean verifies(int site, Bytes body, Bytes signature) {
        return site >= 0
                && site < members.size()
                && members.get(site).key().filter(key -> key.verifies(body, signature)).isPresent();
    }

    /** As {@link #isBySite(int, Bytes, Bytes)}. */
    public boolean isBySite(int site, SignedBody signed) {
        return isBySite(site, signed.body(), signed.signature());
    }

    /** Whether the coordinator signed exactly this body. */
    public boolean isByCoordinator(SignedBody signed) {
        return coordinator
                .filter(key -> key.verifies(signed.body(), signed.signature()))
                .isPresent();
    }
}
