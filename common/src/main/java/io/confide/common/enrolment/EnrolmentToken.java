package io.confide.common.enrolment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.SiteId;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;

/**
 * The one-time invitation of one site. As text it is base64url of JSON, so that it can be pasted.
 *
 * @param url the coordinator's port for people, e.g. {@code https://coordinator.example:8444}
 * @param authority SHA-256 of the DER certificate of the authority that alone is to be trusted
 * @param secret 16 random bytes; the coordinator knows only their SHA-256
 */
public record EnrolmentToken(
        URI url, Digest authority, SiteId site, Bytes secret, Instant expires) {
    public static final int SECRET_BYTES = 16;
    private static final int TEXT_CHARS_MAX = 4096;

    public EnrolmentToken {
        if (secret.length() != SECRET_BYTES) {
            throw new IllegalArgumentException(
                    "the secret of a token has 16 bytes, not " + secret.length());
        }
    }

    /** Returns the token as one line of text. */
    public String encode() {
        var json =
                new ObjectMapper()
                        .createObjectNode()
                        .put("url", url.toString())
                        .put("authority", authority.hex())
                        .put("site", site.value())
                        .put("secret", secret.hex())
                        .put("expires", expires.toString());
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(json.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the token that {@code text} stands for; throws ConfideException(BAD_ARGUMENT) if it is none. */
    public static EnrolmentToken decode(String text) {
        String trimmed = text.strip();
        if (trimmed.isEmpty() || trimmed.length() > TEXT_CHARS_MAX) {
            throw notAToken(null);
        }
        try {
            byte[] json = Base64.getUrlDecoder().decode(trimmed);
            var node =
                    new ObjectMapper()
                            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                            .readTree(new String(json, StandardCharsets.UTF_8));
            var url = URI.create(field(node, "url"));
            if (!"https".equals(url.getScheme()) || url.getHost() == null) {
                throw notAToken(null);
            }
            return new EnrolmentToken(
                    url,
                    Digest.ofHex(field(node, "authority")),
                    new SiteId(field(node, "site")),
                    Bytes.ofHex(field(node, "secret")),
                    Instant.parse(field(node, "expires")));
        } catch (IllegalArgumentException | JsonProcessingException | DateTimeException e) {
            throw notAToken(e);
        }
    }

    private static String field(JsonNode node, String name) {
        var value = node.get(name);
        if (value == null || !value.isTextual()) {
            throw notAToken(null);
        }
        return value.textValue();
    }

    private static ConfideException notAToken(@Nullable Exception cause) {
        String sentence =
                "this is not a complete enrolment token: copy the whole line you were given,"
                        + " or ask the coordinator's administrator for a new one";
        return cause == null
                ? new ConfideException(ErrorCode.BAD_ARGUMENT, sentence)
                : new ConfideException(ErrorCode.BAD_ARGUMENT, sentence, cause);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "EnrolmentToken[site=%s, url=%s, expires=%s]".formatted(site, url, expires);
    }
}
