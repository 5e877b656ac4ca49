package io.confide.e2e;

import com.fasterxml.jackson.databind.JsonNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Somebody with a browser whose requests any member of a cluster may answer, as behind one name: one cookie for all. */
final class Visitor implements AutoCloseable {
    private final HttpClient client;
    private String cookie = "";

    /** @param authority the certificate in PEM of what the members' certificates are of */
    Visitor(Path authority) throws IOException, GeneralSecurityException {
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (var pem = Files.newInputStream(authority)) {
            trusted.setCertificateEntry(
                    "authority", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        var trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        var tls = SSLContext.getInstance("TLSv1.3");
        tls.init(null, trust.getTrustManagers(), null);
        client = HttpClient.newBuilder().sslContext(tls).build();
    }

    /** Signs in at the port {@code member}, as the page does. */
    void signIn(int member, String name, String password) {
        var shown = "{\"name\": \"%s\", \"password\": \"%s\"}".formatted(name, password);
        var answer =
                send(
                        ours(member, "session")
                                .header("content-type", "application/json")
                                .POST(BodyPublishers.ofString(shown)));
        if (answer.statusCode() != 204) {
            throw new AssertionError(answer.body());
        }
        String header = answer.headers().firstValue("set-cookie").orElseThrow();
        cookie = header.substring(0, header.indexOf(';'));
    }

    /** The status of the answer; the cookie is kept, as a thief of it would. */
    int signOut(int member) {
        return send(ours(member, "session").header("cookie", cookie).DELETE()).statusCode();
    }

    int status(int member, String path) {
        return read(member, path).statusCode();
    }

    JsonNode get(int member, String path) {
        var answer = read(member, path);
        if (answer.statusCode() != 200) {
            throw new AssertionError(path + ": " + answer.statusCode() + " " + answer.body());
        }
        return Consortium.json(answer.body());
    }

    /** The lines of the event stream of {@code job}, as they come. */
    List<String> follow(int member, String job) throws InterruptedException {
        var lines = new CopyOnWriteArrayList<String>();
        HttpResponse<java.util.stream.Stream<String>> answer;
        try {
            answer =
                    client.send(
                            request(member, "jobs/" + job + "/events")
                                    .header("cookie", cookie)
                                    .header("accept", "text/event-stream")
                                    .build(),
                            BodyHandlers.ofLines());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (answer.statusCode() != 200) {
            throw new AssertionError("the event stream: " + answer.statusCode());
        }
        Thread.ofVirtual()
                .name("events")
                .start(
                        () -> {
                            try {
                                answer.body().forEach(lines::add);
                            } catch (UncheckedIOException e) {
                                lines.add("broken: " + e.getMessage());
                            }
                        });
        return lines;
    }

    private HttpResponse<String> read(int member, String path) {
        return send(request(member, path).header("cookie", cookie));
    }

    /** As our own page sends it. */
    private static HttpRequest.Builder ours(int member, String path) {
        return request(member, path)
                .header("x-confide-request", "person")
                .header("origin", "https://localhost:" + member)
                .header("sec-fetch-site", "same-origin");
    }

    private static HttpRequest.Builder request(int member, String path) {
        return HttpRequest.newBuilder(
                URI.create("https://localhost:" + member + "/api/v1/" + path));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
