package io.confide.cli.remote;

import com.fasterxml.jackson.databind.JsonNode;

import io.confide.cli.JsonText;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.cert.CertificateException;
import java.time.Duration;

/** A client of the REST API under {@code /api/v1}, trusting nobody but the authority of its context. */
public final class RemoteCoordinator implements AutoCloseable {
    private static final Duration CONNECT_MAX = Duration.ofSeconds(10);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(60);

    private final HttpClient http;
    private final URI base;
    private final AccessToken token;

    private RemoteCoordinator(HttpClient http, URI base, AccessToken token) {
        this.http = http;
        this.base = base;
        this.token = token;
    }

    /** Prepares a client; connects with the first request. */
    public static RemoteCoordinator of(Context context) throws IOException {
        var authority = OnlyAuthority.trusting(context.authority());
        var token = AccessToken.read(context.tokenFile());
        var http =
                HttpClient.newBuilder()
                        .sslContext(authority)
                        .connectTimeout(CONNECT_MAX)
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
        return new RemoteCoordinator(http, context.coordinator(), token);
    }

    /** Where this coordinator is. */
    public URI address() {
        return base;
    }

    /** GET of a JSON document; {@code path} is below {@code /api/v1}, e.g. {@code jobs}. */
    public JsonNode get(String path) throws IOException, InterruptedException {
        var response = send(request(path).GET().build(), HttpResponse.BodyHandlers.ofString());
        return JsonText.parse(response.body(), "the answer of " + base);
    }

    /** GET of a file. */
    public Bytes download(String path) throws IOException, InterruptedException {
        var response = send(request(path).GET().build(), HttpResponse.BodyHandlers.ofByteArray());
        return Bytes.wrap(response.body());
    }

    /** POST of a JSON document. Returns the answer, or an empty object if there is none. */
    public JsonNode post(String path, JsonNode body) throws IOException, InterruptedException {
        var request =
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                        .build();
        var response = send(request, HttpResponse.BodyHandlers.ofString());
        return response.body().isBlank()
                ? JsonText.object()
                : JsonText.parse(response.body(), "the answer of " + base);
    }

    /** The events of a job from number {@code after} + 1 on, as long as the coordinator sends them. */
    public EventStream events(String job, long after) throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(uri("jobs/" + job + "/events"))
                        .header("Authorization", token.header())
                        .header("Accept", "text/event-stream")
                        .header("Last-Event-ID", Long.toString(after))
                        .build();
        return new EventStream(send(request, HttpResponse.BodyHandlers.ofLines()).body());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path))
                .header("Authorization", token.header())
                .header("Accept", "*/*")
                .timeout(ANSWER_MAX);
    }

    private URI uri(String path) {
        return base.resolve("/api/v1/" + path);
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> body)
            throws IOException, InterruptedException {
        try {
            return http.send(
                    request,
                    info ->
                            info.statusCode() < 300
                                    ? body.apply(info)
                                    : failing(Problem.reading(info.statusCode())));
        } catch (ConnectException | HttpConnectTimeoutException e) {
            throw new ConfideException(
                    ErrorCode.UNREACHABLE,
                    "The coordinator at "
                            + base
                            + " does not answer. Check that it runs and that the address is"
                            + " right.",
                    e);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** A coordinator that ends while it answers also ends handshakes: only a certificate tells of a stranger. */
    private ConfideException failure(IOException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConfideException problem) {
                return problem;
            }
            if (cause instanceof CertificateException) {
                return new ConfideException(
                        ErrorCode.AUTHORITY_MISMATCH,
                        "What answers at "
                                + base
                                + " has no certificate of the expected authority. Check"
                                + " --authority, or whether a proxy is opening TLS.",
                        e);
            }
        }
        return new ConfideException(
                ErrorCode.UNREACHABLE,
                "The connection to the coordinator at "
                        + base
                        + " ended before its answer ("
                        + (e.getMessage() == null ? "no reason given" : e.getMessage())
                        + "). Check that it runs and speaks TLS 1.3.",
                e);
    }

    private static <T> HttpResponse.BodySubscriber<T> failing(
            HttpResponse.BodySubscriber<ConfideException> problem) {
        return HttpResponse.BodySubscribers.mapping(
                problem,
                failure -> {
                    throw failure;
                });
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
