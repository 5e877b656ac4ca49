package io.confide.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.confide.common.governance.Role;
import io.confide.coordinator.port.IdentityProvider;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.net.URI;
import java.util.Set;

/**
 * The institution's own sign-in in a real browser: it leads over another site, so what the browser sends of which cookie
 * decides whether somebody is signed in at the end.
 */
class SignOnPageTest {
    private static final String ADA = "ada@example.org";

    private static final Vertx VERTX = Vertx.vertx();

    @RegisterExtension
    static final PageStage PAGE = PageStage.withSignOn(() -> new Elsewhere(elsewhere()));

    @AfterAll
    static void stop() {
        VERTX.close().await();
    }

    /** A site that sends everybody back. */
    private static HttpServer elsewhere() {
        return VERTX.createHttpServer()
                .requestHandler(
                        request ->
                                request.response()
                                        .setStatusCode(302)
                                        .putHeader("location", request.getParam("back"))
                                        .end())
                .listen(0, "127.0.0.1")
                .await();
    }

    /** A provider at an address of another site, where everybody is Ada without being asked. */
    private record Elsewhere(HttpServer server) implements IdentityProvider {
        @Override
        public String name() {
            return "login.example.org";
        }

        @Override
        public Direction ask(Attempt attempt) {
            return new Direction.To(
                    URI.create(
                            "http://127.0.0.1:%d/?back=%s%%3Fcode=1%%26state=%s"
                                    .formatted(
                                            server.actualPort(), attempt.back(), attempt.state())));
        }

        @Override
        public Answer redeem(String code, Attempt attempt) {
            return new Answer.Identified(ADA);
        }
    }

    @Test
    void whoComesBackFromTheInstitutionsSignInIsSignedIn() throws IOException {
        PAGE.stage().person("ada", Role.AUDITOR, ADA);
        try (var page = PAGE.open(Chromium.Look.DESK)) {
            page.navigate(PAGE.address("/"));
            page.waitForSelector("text=Sign in at login.example.org");
            Chromium.assertAccessibleInEveryLook(page, "the sign-in");
            page.click("text=Sign in at login.example.org");
            page.waitForSelector(".main-nav");
            assertThat(page.locator("body")).containsText("ada");
            assertEquals(PAGE.address("/"), page.url());
        }
    }

    @Test
    void whoHasNoAccountIsToldWhatToAskFor() throws IOException {
        PAGE.stage().people(Set.of());
        try (var page = PAGE.open(Chromium.Look.PHONE)) {
            page.navigate(PAGE.address("/signin/oidc"));
            assertThat(page.locator("h1")).hasText("You have no account here");
            assertThat(page.locator("code")).containsText("--identity " + ADA);
            Chromium.assertAccessibleInBothColours(page, "no account");
            Chromium.assertNoSidewaysScroll(page, "no account");
            page.navigate(PAGE.address("/signin/oidc/callback?code=1&state=2"));
            assertThat(page.locator(".alert--box")).containsText("begin anew");
        }
    }
}
