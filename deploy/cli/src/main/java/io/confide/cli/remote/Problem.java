package io.confide.cli.remote;

import io.confide.cli.JsonText;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** An RFC 9457 problem document of the coordinator as the sentence it carries. */
final class Problem {
    private Problem() {}

    /** Reads the body of an answer with an error status. */
    static BodySubscriber<ConfideException> reading(int status) {
        return BodySubscribers.mapping(
                BodySubscribers.ofString(StandardCharsets.UTF_8), body -> of(status, body));
    }

    /** The problem in {@code body}, or a plain sentence about {@code status} if there is none. */
    static ConfideException of(int status, String body) {
        if (status == 401 || status == 403) {
            return new ConfideException(
                    ErrorCode.UNAUTHORISED,
                    "The coordinator does not accept this token. Check --token-file.");
        }
        if (body.startsWith("{")) {
            var json = JsonText.parse(body, "the answer of the coordinator");
            var detail = json.path("detail").asText(json.path("title").asText());
            if (!detail.isBlank()) {
                return new ConfideException(code(json.path("code").asText(), status), detail);
            }
        }
        return new ConfideException(
                code("", status), "The coordinator answered with HTTP status " + status + ".");
    }

    private static ErrorCode code(String name, int status) {
        return Arrays.stream(ErrorCode.values())
                .filter(code -> code.name().equals(name))
                .findFirst()
                .orElse(status == 404 ? ErrorCode.NOT_FOUND : ErrorCode.PROTOCOL);
    }
}
