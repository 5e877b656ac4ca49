package io.confide.common.secagg;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.crypto.SigningKey;
import io.confide.common.model.Bytes;
import io.confide.common.model.SiteId;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

class RosterKeysTest {
    private final List<SigningKey> members = List.of(key(1), key(2), key(3));
    private final RosterKeys keys = RosterKeys.of(roster());
    private final Bytes body = bytes("body");
    private final Bytes signature = members.getFirst().sign(body);

    @Test
    void whatIsRememberedIsExactlyWhatVerified() {
        for (RosterKeys each : List.of(keys, keys.remembering())) {
            for (int time = 0; time < 2; time++) {
                assertTrue(each.isBySite(0, body, signature));
                assertFalse(each.isBySite(1, body, signature));
                assertFalse(each.isBySite(0, bytes("other"), signature));
                assertFalse(each.isBySite(0, body, members.getLast().sign(body)));
                assertFalse(each.isBySite(-1, body, signature));
                assertFalse(each.isBySite(3, body, signature));
            }
        }
    }

    private Roster roster() {
        var all =
                Stream.iterate(0, site -> site + 1)
                        .limit(members.size())
                        .map(
                                site ->
                                        new Roster.Member(
                                                new SiteId("site" + site),
                                                members.get(site).publicKey()))
                        .toList();
        return new Roster(1, 0, key(9).publicKey(), all);
    }

    private static SigningKey key(int number) {
        byte[] seed = new byte[32];
        Arrays.fill(seed, (byte) number);
        return SigningKey.of(seed);
    }

    private static Bytes bytes(String text) {
        return Bytes.copyOf(text.getBytes(StandardCharsets.US_ASCII));
    }
}
