package io.confide.coordinator.http;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;

import io.confide.coordinator.pki.TlsIdentity;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** An OpenID Connect provider that keeps to the rules, unless a test makes it lie. One person is signed in there. */
final class FakeProvider implements AutoCloseable {
    static final String CLIENT = "confide";
    static final String SECRET = "a secret of the registration: with signs/";
    static final String ADA = "ada@example.org";

    final List<String> asked = new CopyOnWriteArrayList<>();

    /** What it signs, before it is signed. */
    volatile UnaryOperator<JWTClaimsSet.Builder> claims = UnaryOperator.identity();

    volatile Signing signing = Signing.RIGHT;
    volatile ECKey key = newKey();
    private final Map<String, Map<String, String>> codes = new ConcurrentHashMap<>();
    private final HttpServer server;

    /** How an ID token is signed. */
    enum Signing {
        RIGHT,
        /** By a key of the same name that is not the provider's. */
        OTHER_KEY,
        /** Not at all, {@code alg: none}. */
        NONE,
        /** With what the client and the provider both know. */
        CLIENT_SECRET,
        /** With the public key taken for a secret. */
        PUBLIC_KEY
    }

    FakeProvider(Vertx vertx, TlsIdentity tls) {
        server =
                vertx.createHttpServer(Listener.tls(tls))
                        .requestHandler(this::answer)
                        .listen(0, "127.0.0.1")
                        .await();
    }

    URI issuer() {
        return URI.create("https://localhost:" + server.actualPort() + "/realms/one");
    }

    static ECKey newKey() {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(UUID.randomUUID().toString()).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the browser does there: the person agrees, and is sent back to the address that this returns. */
    URI agreed(URI asked) {
        var question = query(asked);
        if (!question.get("client_id").equals(CLIENT)
                || !question.get("response_type").equals("code")
                || !question.get("code_challenge_method").equals("S256")) {
            throw new AssertionError(asked.toString());
        }
        String code = UUID.randomUUID().toString();
        codes.put(code, question);
        return URI.create(
                question.get("redirect_uri") + "?code=" + code + "&state=" + question.get("state"));
    }

    private void answer(HttpServerRequest request) {
        asked.add(request.path());
        switch (request.path()) {
            case "/realms/one/.well-known/openid-configuration" ->
                    json(request, 200, description());
            case "/keys" ->
                    json(
                            request,
                            200,
                            new JsonObject(new JWKSet(key.toPublicJWK()).toJSONObject(true)));
            case "/token" -> {
                request.setExpectMultipart(true);
                request.endHandler(_ -> token(request));
            }
            default -> request.response().setStatusCode(404).end();
        }
    }

    private JsonObject description() {
        String base = "https://localhost:" + server.actualPort();
        return new JsonObject()
                .put("issuer", issuer().toString())
                .put("authorization_endpoint", base + "/authorize?theme=plain")
                .put("token_endpoint", base + "/token")
                .put("jwks_uri", base + "/keys")
                .put("response_types_supported", JsonArray.of("code"))
                .put("subject_types_supported", JsonArray.of("public"))
                .put("id_token_signing_alg_values_supported", JsonArray.of("ES256"));
    }

    private void token(HttpServerRequest request) {
        var form = request.formAttributes();
        var question = codes.remove(String.valueOf(form.get("code")));
        String basic =
                "Basic "
                        + Base64.getEncoder()
                                .encodeToString(
                                        (CLIENT + ":" + encoded(SECRET))
                                                .getBytes(StandardCharsets.UTF_8));
        boolean right =
                question != null
                        && basic.equals(request.getHeader("authorization"))
                        && question.get("redirect_uri").equals(form.get("redirect_uri"))
                        && question.get("code_challenge")
                                .equals(challenge(String.valueOf(form.get("code_verifier"))));
        if (!right) {
            json(request, 400, new JsonObject().put("error", "invalid_grant"));
            return;
        }
        json(
                request,
                200,
                new JsonObject()
                        .put("access_token", "unused")
                        .put("token_type", "Bearer")
                        .put("id_token", idToken(question.get("nonce"))));
    }

    private String idToken(String nonce) {
        var now = Instant.now();
        var built =
                claims.apply(
                                new JWTClaimsSet.Builder()
                                        .issuer(issuer().toString())
                                        .audience(CLIENT)
                                        .subject("subject-1")
                                        .claim("email", ADA)
                                        .claim("email_verified", true)
                                        .claim("nonce", nonce)
                                        .issueTime(Date.from(now))
                                        .expirationTime(Date.from(now.plusSeconds(300))))
                        .build();
        try {
            return switch (signing) {
                case RIGHT -> signed(built, key);
                case OTHER_KEY ->
                        signed(
                                built,
                                new ECKeyGenerator(Curve.P_256).keyID(key.getKeyID()).generate());
                case NONE -> new PlainJWT(built).serialize();
                case CLIENT_SECRET ->
                        mac(
                                built,
                                MessageDigest.getInstance("SHA-256")
                                        .digest(SECRET.getBytes(StandardCharsets.UTF_8)));
                case PUBLIC_KEY -> mac(built, key.toECPublicKey().getEncoded());
            };
        } catch (JOSEException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String signed(JWTClaimsSet claims, ECKey key) throws JOSEException {
        var token =
                new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.ES256)
                                .keyID(key.getKeyID())
                                .type(JOSEObjectType.JWT)
                                .build(),
                        claims);
        token.sign(new ECDSASigner(key));
        return token.serialize();
    }

    private String mac(JWTClaimsSet claims, byte[] secret) throws JOSEException {
        var token =
                new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(key.getKeyID()).build(),
                        claims);
        token.sign(new MACSigner(secret));
        return token.serialize();
    }

    private static String challenge(String verifier) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    static Map<String, String> query(URI address) {
        var values = new HashMap<String, String>();
        for (String pair : address.getRawQuery().split("&")) {
            var parts = pair.split("=", 2);
            values.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return values;
    }

    private static void json(HttpServerRequest request, int status, JsonObject body) {
        request.response()
                .setStatusCode(status)
                .putHeader("content-type", "application/json")
                .putHeader("cache-control", "no-store")
                .end(body.encode());
    }

    @Override
    public void close() {
        server.close().await();
    }
}
