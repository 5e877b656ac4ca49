package io.confide.e2e;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

import java.util.Optional;

class ChromiumTest {
    @Test
    void aMissingBrowserSkipsATestUnlessItIsRequired() {
        var skipped =
                assertThrows(TestAbortedException.class, () -> Chromium.missing(Optional.empty()));
        assertTrue(skipped.getMessage().contains("apt-get install"), skipped.getMessage());
        var failed =
                assertThrows(
                        AssertionFailedError.class,
                        () -> Chromium.missing(Optional.of("required")));
        assertTrue(failed.getMessage().contains("apt-get install"), failed.getMessage());
        var unknown =
                assertThrows(
                        AssertionFailedError.class, () -> Chromium.missing(Optional.of("yes")));
        assertTrue(unknown.getMessage().contains("CONFIDE_BROWSER=yes"), unknown.getMessage());
    }
}
