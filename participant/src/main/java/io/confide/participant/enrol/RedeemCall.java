package io.confide.participant.enrol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** The one request of an enrolment: {@code POST /api/v1/enrolments/redeem} on the people's port. */
final class RedeemCall {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int ANSWER_CHARS_MAX = 1 << 20;

    private final URI people;
    private final Digest authority;
    private final SecureRandom random;

    RedeemCall(URI people, Digest authority, SecureRandom random) {
        this.people = people;
        this.authority = authority;
        this.random = random;
    }

    /** What the coordinator answered: PEM texts and the address of the sites' port. */
    record Answer(String certificate, String authority, URI coordinator) {}

    /** Spends the token; every refusal is a ConfideException with its own code. */
    Answer redeem(String secretHex, String requestPem, String identityKeyHex) {
        var body =
                JSON.createObjectNode()
                        .put("secret", secretHex)
                        .put("csr", requestPem)
                        .put("identityKey", identityKeyHex);
        var request =
                HttpRequest.newBuilder(people.resolve("/api/v1/enrolments/redeem"))
                        .timeout(TIMEOUT)
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                        .build();
        try (var client = client()) {
            return answer(client.send(request, HttpResponse.BodyHandlers.ofString()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConfideException(ErrorCode.UNREACHABLE, "enrolment was interrupted", e);
        } catch (IOException e) {
            throw TlsFailure.of(people, e);
        }
    }

    private HttpClient client() {
        try {
            var tls = SSLContext.getInstance("TLSv1.3");
            tls.init(null, new TrustManager[] {new TokenTrust(authority)}, random);
            return HttpClient.newBuilder()
                    .sslContext(tls)
                    .connectTimeout(TIMEOUT)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("JDK 25 has TLS 1.3", e);
        }
    }

    private Answer answer(HttpResponse<String> response) {
        JsonNode json = parse(response.body());
        if (response.statusCode() / 100 == 2) {
            return new Answer(
                    required(json, "certificate"),
                    required(json, "authority"),
                    URI.create(required(json, "coordinator")));
        }
        throw refused(response.statusCode(), json);
    }

    private ConfideException refused(int status, JsonNode problem) {
        var code = code(problem.path("code"));
        String detail = problem.path("detail").asText("");
        return new ConfideException(
                code,
                detail.isEmpty()
                        ? people + " refused the enrolment with status " + status
                        : detail);
    }

    private static ErrorCode code(JsonNode node) {
        for (var code : ErrorCode.values()) {
            if (node.asInt() == code.number() || node.asText().equals(code.name())) {
                return code;
            }
        }
        return ErrorCode.PROTOCOL;
    }

    private static JsonNode parse(String body) {
        if (body.length() > ANSWER_CHARS_MAX) {
            return JSON.missingNode();
        }
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException _) {
            return JSON.missingNode();
        }
    }

    private String required(JsonNode json, String name) {
        String text = json.path(name).asText("");
        if (text.isEmpty()) {
            throw new ConfideException(
                    ErrorCode.PROTOCOL,
                    people
                            + " is not a Confide coordinator of this version: its answer has no "
                            + name);
        }
        return text;
    }
}
