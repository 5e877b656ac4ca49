package io.confide.coordinator.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWT;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.GeneralException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;

import io.confide.common.files.CoordinatorConfig.SignOn;
import io.confide.common.files.TextFile;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.coordinator.port.IdentityProvider;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

import javax.net.ssl.SSLSocketFactory;

/**
 * An OpenID Connect provider (Core 1.0, Discovery 1.0). Of an ID token the signature, issuer, audience, times and nonce are
 * checked; only signatures with a public key count, so a token that is unsigned, or signed with what the client knows, is
 * none. What the provider says about itself is asked for at the first sign-in and kept.
 */
public final class OpenIdProvider implements IdentityProvider {
    private static final String EMAIL = "email";
    private static final int CONNECT_MILLIS = 3_000;
    private static final int READ_MILLIS = 5_000;
    private static final int KEYS_BYTES_MAX = 256 << 10;
    private static final int SKEW_SECONDS = 60;
    private static final int IDENTITY_MAX = 255;
    private static final Set<JWSAlgorithm> ALGORITHMS =
            Set.of(
                    JWSAlgorithm.RS256,
                    JWSAlgorithm.RS384,
                    JWSAlgorithm.RS512,
                    JWSAlgorithm.PS256,
                    JWSAlgorithm.PS384,
                    JWSAlgorithm.PS512,
                    JWSAlgorithm.ES256,
                    JWSAlgorithm.ES384,
                    JWSAlgorithm.ES512);

    private final SignOn signOn;
    private final Issuer issuer;
    private final ClientID client;
    private final Optional<Secret> secret;
    private final SSLSocketFactory sockets;
    private volatile Optional<Found> found = Optional.empty();

    /**
     * @param secret of the client's registration; empty for a public client
     * @param sockets decides which certificates of the provider count
     */
    public OpenIdProvider(SignOn signOn, Optional<String> secret, SSLSocketFactory sockets) {
        this.signOn = signOn;
        this.issuer = new Issuer(signOn.issuer());
        this.client = new ClientID(signOn.clientId());
        this.secret = secret.map(Secret::new);
        this.sockets = sockets;
    }

    /**
     * The provider of {@code coordinator.yaml}; it is not asked for anything yet.
     *
     * @param resolve of a path against the coordinator's home
     * @throws ConfideException FILE_MISSING or BAD_FILE for the secret or the authorities
     */
    public static OpenIdProvider open(SignOn signOn, UnaryOperator<Path> resolve) {
        return new OpenIdProvider(
                signOn,
                signOn.clientSecretFile().map(resolve).map(OpenIdProvider::secret),
                signOn.trust().map(resolve).map(Trust::of).orElseGet(Trust::usual));
    }

    private static String secret(Path file) {
        String text = TextFile.read(file).strip();
        if (text.isEmpty()) {
            throw new ConfideException(
                    ErrorCode.BAD_FILE,
                    file
                            + " is empty; signIn.oidc.clientSecretFile of coordinator.yaml names it"
                            + " and it must hold the client secret");
        }
        return text;
    }

    /** What the provider says about itself, and the judge of its tokens. */
    private record Found(OIDCProviderMetadata metadata, IDTokenValidator judge) {}

    @Override
    public String name() {
        return signOn.issuer().getHost();
    }

    @Override
    public Direction ask(Attempt attempt) {
        try {
            var request =
                    new AuthenticationRequest.Builder(
                                    ResponseType.CODE, scope(), client, attempt.back())
                            .endpointURI(found().metadata().getAuthorizationEndpointURI())
                            .state(new State(attempt.state()))
                            .nonce(new Nonce(attempt.nonce()))
                            .codeChallenge(
                                    new CodeVerifier(attempt.verifier()), CodeChallengeMethod.S256)
                            .build();
            return new Direction.To(request.toURI());
        } catch (IOException | GeneralException e) {
            return new Direction.Unreachable(why(e));
        }
    }

    private Scope scope() {
        return switch (signOn.claim()) {
            case SignOn.SUBJECT -> new Scope("openid");
            case EMAIL -> new Scope("openid", "email");
            default -> new Scope("openid", "profile");
        };
    }

    @Override
    public Answer redeem(String code, Attempt attempt) {
        try {
            var provider = found();
            var request = tokenRequest(provider.metadata(), code, attempt).toHTTPRequest();
            careful(request);
            var response = OIDCTokenResponseParser.parse(request.send());
            if (!(response instanceof OIDCTokenResponse success)) {
                return new Answer.Refused("the provider did not take the code");
            }
            JWT token = success.getOIDCTokens().getIDToken();
            var claims = provider.judge().validate(token, new Nonce(attempt.nonce()));
            return identity(claims);
        } catch (BadJOSEException e) {
            return new Answer.Refused("the ID token does not hold: " + why(e));
        } catch (JOSEException | GeneralException e) {
            return new Answer.Refused("the answer of the provider cannot be used: " + why(e));
        } catch (IOException e) {
            return new Answer.Unreachable(why(e));
        }
    }

    /** An address that was never confirmed may be anybody's (Core 1.0, section 5.1). */
    private Answer identity(IDTokenClaimsSet claims) {
        if (signOn.claim().equals(EMAIL)
                && !Boolean.TRUE.equals(claims.getBooleanClaim("email_verified"))) {
            return new Answer.Refused("the provider has not verified the address");
        }
        String identity = claims.getStringClaim(signOn.claim());
        return identity == null || identity.isEmpty() || identity.length() > IDENTITY_MAX
                ? new Answer.Refused("the ID token has no usable claim " + signOn.claim())
                : new Answer.Identified(identity);
    }

    private TokenRequest tokenRequest(OIDCProviderMetadata metadata, String code, Attempt attempt) {
        var grant =
                new AuthorizationCodeGrant(
                        new AuthorizationCode(code),
                        attempt.back(),
                        new CodeVerifier(attempt.verifier()));
        URI address = metadata.getTokenEndpointURI();
        return secret.map(shown -> shown(metadata, shown))
                .map(shown -> new TokenRequest.Builder(address, shown, grant).build())
                .orElseGet(() -> new TokenRequest.Builder(address, client, grant).build());
    }

    /** As Discovery 1.0 says: in the header unless the provider takes it in the body alone. */
    private ClientAuthentication shown(OIDCProviderMetadata metadata, Secret shown) {
        List<ClientAuthenticationMethod> ways = metadata.getTokenEndpointAuthMethods();
        boolean inBody =
                ways != null
                        && !ways.contains(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                        && ways.contains(ClientAuthenticationMethod.CLIENT_SECRET_POST);
        return inBody ? new ClientSecretPost(client, shown) : new ClientSecretBasic(client, shown);
    }

    private Found found() throws IOException, GeneralException {
        var known = found;
        if (known.isPresent()) {
            return known.get();
        }
        var metadata = OIDCProviderMetadata.resolve(issuer, this::careful);
        requireHttps(metadata.getAuthorizationEndpointURI());
        requireHttps(metadata.getTokenEndpointURI());
        requireHttps(metadata.getJWKSetURI());
        var fresh = new Found(metadata, judge(metadata.getJWKSetURI()));
        found = Optional.of(fresh);
        return fresh;
    }

    private IDTokenValidator judge(URI keys) throws MalformedURLException {
        var retriever =
                new DefaultResourceRetriever(
                        CONNECT_MILLIS, READ_MILLIS, KEYS_BYTES_MAX, true, sockets);
        // Keys are kept and asked for again when a token names another one, so a provider may
        // change them at any time.
        var source =
                JWKSourceBuilder.<SecurityContext>create(keys.toURL(), retriever)
                        .retrying(true)
                        .refreshAheadCache(false)
                        .build();
        var judge =
                new IDTokenValidator(
                        issuer, client, new JWSVerificationKeySelector<>(ALGORITHMS, source), null);
        judge.setMaxClockSkew(SKEW_SECONDS);
        return judge;
    }

    private static void requireHttps(URI address) throws GeneralException {
        if (address == null || !"https".equals(address.getScheme())) {
            throw new GeneralException("an address of the provider is missing or not https");
        }
    }

    private void careful(HTTPRequest request) {
        request.setConnectTimeout(CONNECT_MILLIS);
        request.setReadTimeout(READ_MILLIS);
        request.setFollowRedirects(false);
        request.setSSLSocketFactory(sockets);
    }

    private static String why(Exception e) {
        return e.getClass().getSimpleName() + ": " + e.getMessage();
    }
}
