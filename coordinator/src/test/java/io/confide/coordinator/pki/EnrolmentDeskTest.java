package io.confide.coordinator.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.enrolment.EnrolmentToken;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.SiteId;
import io.confide.coordinator.port.InMemoryEnrolments;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

class EnrolmentDeskTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final SiteId BASEL = new SiteId("basel");

    @TempDir Path directory;
    private final InMemoryEnrolments enrolments = new InMemoryEnrolments();
    private Instant now = NOW;
    private final List<SiteId> recorded = new ArrayList<>();
    private TestPki pki;
    private KeyPair keys;

    @BeforeEach
    void openAuthority() throws Exception {
        pki = new TestPki(directory, enrolments, () -> now);
        keys = pki.keys();
    }

    @Test
    void aTokenBecomesACertificateForClientAuthenticationOfThatSiteFor90Days() throws Exception {
        var enrolled = redeem(pki.invite(BASEL), "basel");
        var leaf = PemText.certificate(enrolled.certificate());
        var root = PemText.certificate(enrolled.authority());
        leaf.verify(root.getPublicKey());
        assertEquals(BASEL, CommonName.site(leaf));
        assertEquals(List.of("1.3.6.1.5.5.7.3.2"), leaf.getExtendedKeyUsage());
        assertEquals(-1, leaf.getBasicConstraints());
        assertEquals(NOW.plus(Duration.ofDays(90)), enrolled.ends());
        assertEquals(keys.getPublic(), leaf.getPublicKey());
        assertEquals(
                Digest.of(leaf.getEncoded()).value(),
                enrolments.find(BASEL).orElseThrow().certificateHash());
    }

    @Test
    void theTokenCarriesTheFingerprintOfTheAuthority() throws Exception {
        var token = EnrolmentToken.decode(pki.invite(BASEL).encode());
        var root = PemText.certificate(pki.authority.certificatePem());
        assertEquals(Digest.of(root.getEncoded()), token.authority());
        assertEquals(NOW.plus(Duration.ofHours(24)), token.expires());
    }

    @Test
    void theSecretIsNotStored() {
        var token = pki.invite(BASEL);
        assertEquals(
                ErrorCode.TOKEN_UNKNOWN,
                assertThrows(
                                ConfideException.class,
                                () ->
                                        pki.desk.redeem(
                                                Bytes.wrap(
                                                        Digest.of(token.secret())
                                                                .value()
                                                                .toArray()),
                                                TestPki.request("basel", keys),
                                                TestPki.IDENTITY,
                                                EnrolmentDeskTest::unheard))
                        .code());
        assertFalse(token.toString().contains(token.secret().hex()));
    }

    @Test
    void aReusedTokenSaysWhenItWasUsedAndHowToGetANewOne() {
        var token = pki.invite(BASEL);
        redeem(token, "basel");
        var refused = assertThrows(ConfideException.class, () -> redeem(token, "basel"));
        assertEquals(ErrorCode.TOKEN_USED, refused.code());
        assertEquals(
                "the enrolment token of site \"basel\" was already used at 2026-03-01T10:00:00Z;"
                        + " ask the coordinator's administrator for a new token",
                refused.getMessage());
    }

    @Test
    void anExpiredTokenSaysWhenItExpired() {
        var token = pki.invite(BASEL);
        now = NOW.plus(Duration.ofHours(24));
        var refused = assertThrows(ConfideException.class, () -> redeem(token, "basel"));
        assertEquals(ErrorCode.TOKEN_EXPIRED, refused.code());
        assertTrue(refused.getMessage().contains("expired at 2026-03-02T10:00:00Z"));
    }

    @Test
    void anUnknownTokenIsRefused() {
        var token = pki.invite(BASEL);
        var other =
                new EnrolmentToken(
                        token.url(),
                        token.authority(),
                        token.site(),
                        Bytes.wrap(new byte[16]),
                        token.expires());
        assertEquals(
                ErrorCode.TOKEN_UNKNOWN,
                assertThrows(ConfideException.class, () -> redeem(other, "basel")).code());
    }

    @Test
    void aRequestThatNamesAnotherSiteGetsNoCertificate() {
        var token = pki.invite(BASEL);
        var refused = assertThrows(ConfideException.class, () -> redeem(token, "oslo"));
        assertEquals(ErrorCode.CONFLICT, refused.code());
        assertTrue(refused.getMessage().contains("\"basel\", but the request names \"oslo\""));
        assertTrue(enrolments.all().isEmpty());
        assertEquals(List.of(), recorded);
        assertEquals(BASEL, redeem(token, "basel").site(), "nothing was used up");
    }

    @Test
    void withoutARecordThereIsNoCertificateAndTheTokenCanStillBeUsed() {
        var token = pki.invite(BASEL);
        var full = new ConfideException(ErrorCode.DISK_FULL, "no room for the event");
        var refused =
                assertThrows(
                        ConfideException.class,
                        () ->
                                pki.desk.redeem(
                                        token.secret(),
                                        TestPki.request("basel", keys),
                                        TestPki.IDENTITY,
                                        _ -> {
                                            throw full;
                                        }));
        assertEquals(full, refused);
        assertTrue(enrolments.all().isEmpty());
        redeem(token, "basel");
        assertEquals(List.of(BASEL), recorded);
    }

    @Test
    void aRequestThatIsNotPemOrNotP256LeavesTheTokenUsable() throws Exception {
        var token = pki.invite(BASEL);
        assertEquals(ErrorCode.BAD_ARGUMENT, refusal(token, "nonsense"));
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(384);
        assertEquals(
                ErrorCode.BAD_ARGUMENT,
                refusal(token, TestPki.request("basel", generator.generateKeyPair())));
        redeem(token, "basel");
        assertEquals(1, enrolments.all().size());
    }

    @Test
    void aRequestSignedByAnotherKeyIsRefused() throws Exception {
        var mixed = new KeyPair(keys.getPublic(), pki.keys().getPrivate());
        assertEquals(
                ErrorCode.BAD_ARGUMENT,
                refusal(pki.invite(BASEL), TestPki.request("basel", mixed)));
    }

    @Test
    void textThatIsNoTokenIsOneClearSentence() {
        for (String text :
                List.of(
                        "",
                        "abc",
                        "%%%",
                        Base64.getUrlEncoder().encodeToString("{}".getBytes()),
                        Base64.getUrlEncoder().encodeToString("[1]".getBytes()),
                        pki.invite(BASEL).encode().substring(5))) {
            var refused = assertThrows(ConfideException.class, () -> EnrolmentToken.decode(text));
            assertEquals(ErrorCode.BAD_ARGUMENT, refused.code());
            assertTrue(refused.getMessage().startsWith("this is not a complete enrolment token"));
        }
    }

    private static void unheard(SiteId site) {
        throw new AssertionError(site + " has a certificate");
    }

    private ErrorCode refusal(EnrolmentToken token, String request) {
        return assertThrows(
                        ConfideException.class,
                        () ->
                                pki.desk.redeem(
                                        token.secret(),
                                        request,
                                        TestPki.IDENTITY,
                                        EnrolmentDeskTest::unheard))
                .code();
    }

    private EnrolmentDesk.Enrolled redeem(EnrolmentToken token, String commonName) {
        try {
            return pki.desk.redeem(
                    token.secret(),
                    TestPki.request(commonName, keys),
                    TestPki.IDENTITY,
                    recorded::add);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
