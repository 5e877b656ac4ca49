package io.confide.coordinator.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.Security;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

class AuthorityTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    @TempDir Path directory;

    @Test
    void theSameFilesGiveTheSameAuthority() {
        var first = open(directory);
        assertEquals(first.fingerprint(), open(directory).fingerprint());
        assertNotEquals(first.fingerprint(), open(directory.resolve("other")).fingerprint());
    }

    @Test
    void theKeyFileIsReadableByItsOwnerOnly() throws Exception {
        open(directory);
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(directory.resolve("authority.key"))));
    }

    @Test
    void theRootMaySignLeavesForTenYearsAndNothingElse() throws Exception {
        var root = PemText.certificate(open(directory).certificatePem());
        root.verify(root.getPublicKey());
        assertEquals(0, root.getBasicConstraints());
        assertTrue(root.getKeyUsage()[5]);
        assertEquals(NOW.plus(Duration.ofDays(3652)), root.getNotAfter().toInstant());
    }

    @Test
    void theServerCertificateNamesEveryHostAndEndsAtTheAuthority() throws Exception {
        var authority = open(directory);
        var identity = authority.serverIdentity(List.of("coordinator.example", "127.0.0.1", "::1"));
        var chain = identity.keys().getCertificateChain("server");
        assertEquals(2, chain.length);
        chain[0].verify(chain[1].getPublicKey());
        assertEquals(authority.certificatePem(), PemText.text(chain[1]));
        var names = chain[0].getSubjectAlternativeNames().stream().map(n -> n.get(1)).toList();
        assertEquals(List.of("coordinator.example", "127.0.0.1", "0:0:0:0:0:0:0:1"), names);
        assertEquals(List.of("1.3.6.1.5.5.7.3.1"), chain[0].getExtendedKeyUsage());
    }

    @Test
    void aDamagedAuthorityIsOneClearSentenceAndIsNotReplaced() throws Exception {
        open(directory);
        Files.writeString(directory.resolve("authority.key"), "broken");
        var refused = assertThrows(ConfideException.class, () -> open(directory));
        assertEquals(ErrorCode.BAD_FILE, refused.code());
        assertTrue(refused.getMessage().contains("restore authority.pem and authority.key"));
        assertEquals("broken", Files.readString(directory.resolve("authority.key")));
    }

    @Test
    void anAuthorityThatCouldNotBeWrittenWholeLeavesNoKeyBehind() throws Exception {
        Files.createDirectories(directory.resolve("authority.pem.new/in-the-way"));
        assertThrows(ConfideException.class, () -> open(directory));
        assertFalse(Files.exists(directory.resolve("authority.key")));
        Files.delete(directory.resolve("authority.pem.new/in-the-way"));
        open(directory);
    }

    @Test
    void bouncyCastleIsNotRegisteredAsAProvider() {
        open(directory).serverIdentity(List.of("localhost"));
        assertEquals(null, Security.getProvider("BC"));
    }

    private static Authority open(Path directory) {
        return Authority.open(directory, InstantSource.fixed(NOW), new SecureRandom());
    }
}
