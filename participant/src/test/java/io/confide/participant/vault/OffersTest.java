package io.confide.participant.vault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.governance.Grant;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

class OffersTest {
    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

    @TempDir Path directory;

    @Test
    void theOldestOffersThatNobodyApprovedAreDeleted() throws IOException {
        var home = new Home(directory);
        approve(home, offer(0));
        for (int number = 0; number < Offers.KEPT_MAX + 2; number++) {
            var plan = offer(number);
            Offers.record(home, new JobId(new UUID(0, number)), plan);
            Files.setLastModifiedTime(file(home, plan), FileTime.from(START.plusSeconds(number)));
        }
        assertTrue(Files.exists(file(home, offer(0))), "approved");
        assertFalse(Files.exists(file(home, offer(1))));
        assertFalse(Files.exists(file(home, offer(2))));
        assertTrue(Files.exists(file(home, offer(3))));
        assertTrue(Files.exists(file(home, offer(Offers.KEPT_MAX + 1))));
        try (var files = Files.list(home.offers())) {
            assertEquals(2 * Offers.KEPT_MAX, files.count());
        }
    }

    private static Bytes offer(int number) {
        return Bytes.wrap(ByteBuffer.allocate(4).putInt(number).array());
    }

    private static Path file(Home home, Bytes plan) {
        return home.offers().resolve(Digest.of(plan).hex() + ".plan.json");
    }

    private static void approve(Home home, Bytes plan) {
        var hash = Digest.of(plan);
        Grants.write(
                home,
                hash,
                new Grant(
                        Grant.Kind.PLAN,
                        "london/steward",
                        "coordinator",
                        hash.hex(),
                        START,
                        Optional.empty(),
                        Grant.Standing.ACTIVE));
    }
}
