package io.confide.coordinator.http;

import static io.confide.coordinator.http.SitesFixture.BASEL;
import static io.confide.coordinator.http.SitesFixture.OSLO;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class UploadSlotsTest {
    @Test
    void oneSiteCannotHoldThemAll() {
        var slots = new UploadSlots(32);
        for (int slot = 0; slot < UploadSlots.OF_ONE_SITE_MAX; slot++) {
            assertTrue(slots.take(BASEL));
        }
        assertFalse(slots.take(BASEL));
        assertTrue(slots.take(OSLO));
        slots.giveBack(BASEL);
        assertTrue(slots.take(BASEL));
    }

    @Test
    void allSitesTogetherHoldNoMoreThanThereAre() {
        var slots = new UploadSlots(2);
        assertTrue(slots.take(BASEL));
        assertTrue(slots.take(OSLO));
        assertFalse(slots.take(OSLO));
        slots.giveBack(BASEL);
        assertTrue(slots.take(OSLO));
    }
}
