package io.confide.coordinator.http;

import static io.confide.coordinator.http.SitesFixture.BASEL;
import static io.confide.coordinator.http.SitesFixture.OSLO;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.coordinator.port.InputStaging;
import io.vertx.core.json.JsonObject;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Random;
import java.util.UUID;

class DataPlaneTest {
    private static final JobId JOB = new JobId(new UUID(1, 2));
    private static final int LAST = 1000;
    private static final long SIZE = 2L * InputStaging.CHUNK_BYTES + LAST;

    @TempDir Path directory;
    private SitesFixture fixture;
    private HttpClient basel;

    @BeforeEach
    void start() throws Exception {
        fixture = new SitesFixture(directory);
        basel = HttpClient.newBuilder().sslContext(fixture.pki.enrolled(BASEL)).build();
        fixture.open(JOB, 3, BASEL, SIZE);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void aChunkIsStoredForTheSiteOfTheCertificateOverHttp2() throws Exception {
        byte[] chunk = random(InputStaging.CHUNK_BYTES, 1);
        var answer = put(basel, 3, 1, chunk, Digest.of(chunk).hex());
        assertEquals(204, answer.statusCode());
        assertEquals(HttpClient.Version.HTTP_2, answer.version());
        assertEquals(Bytes.copyOf(chunk), fixture.staging.staged(JOB, 3, BASEL).get(1));
    }

    @Test
    void theSameChunkAgainChangesNothing() throws Exception {
        byte[] chunk = random(LAST, 2);
        put(basel, 3, 2, chunk, Digest.of(chunk).hex());
        assertEquals(204, put(basel, 3, 2, chunk, Digest.of(chunk).hex()).statusCode());
        assertEquals(1, fixture.staging.staged(JOB, 3, BASEL).size());
        assertEquals(Bytes.copyOf(chunk), fixture.staging.staged(JOB, 3, BASEL).get(2));
    }

    @Test
    void haveTellsWhichChunksAreThere() throws Exception {
        assertEquals(0, get(basel, path(3) + "/have").body().length);
        byte[] chunk = random(LAST, 2);
        put(basel, 3, 2, chunk, Digest.of(chunk).hex());
        var bits = BitSet.valueOf(get(basel, path(3) + "/have").body());
        assertEquals(BitSet.valueOf(new long[] {0b100}), bits);
    }

    @Test
    void aChunkWithAnotherHashIsRefusedAndNotStored() throws Exception {
        byte[] chunk = random(LAST, 2);
        var answer = put(basel, 3, 2, chunk, Digest.ZERO.hex());
        problem(answer, 422, "CHECKSUM_MISMATCH");
        assertEquals(0, fixture.staging.stores.get());
    }

    @Test
    void aChunkThatIsTooLongIsCutOff() throws Exception {
        byte[] chunk = random(InputStaging.CHUNK_BYTES + 1, 1);
        problem(put(basel, 3, 1, chunk, Digest.of(chunk).hex()), 413, "BAD_ARGUMENT");
        assertEquals(0, fixture.staging.stores.get());
    }

    @Test
    void aChunkOfTheWrongLengthIsRefused() throws Exception {
        byte[] chunk = random(LAST + 1, 1);
        problem(put(basel, 3, 2, chunk, Digest.of(chunk).hex()), 400, "BAD_ARGUMENT");
        problem(put(basel, 3, 0, chunk, Digest.of(chunk).hex()), 400, "BAD_ARGUMENT");
        problem(put(basel, 3, 3, chunk, Digest.of(chunk).hex()), 400, "BAD_ARGUMENT");
    }

    @Test
    void aRoundThatIsNotOpenForThisSiteTakesNothing() throws Exception {
        byte[] chunk = random(LAST, 1);
        problem(put(basel, 4, 2, chunk, Digest.of(chunk).hex()), 409, "CONFLICT");
        problem(get(basel, path(4) + "/have"), 409, "CONFLICT");
        var oslo = HttpClient.newBuilder().sslContext(fixture.pki.enrolled(OSLO)).build();
        problem(put(oslo, 3, 2, chunk, Digest.of(chunk).hex()), 409, "CONFLICT");
        assertEquals(0, fixture.staging.stores.get());
    }

    @Test
    void aSiteOutsideTheCohortIsRefusedBeforeSlotsAreCounted() throws Exception {
        byte[] chunk = random(LAST, 1);
        var liveness = new SitesServer.Liveness(5, 15, 10);
        fixture.close();
        fixture = new SitesFixture(directory.resolve("full"), liveness, 0);
        fixture.open(JOB, 3, BASEL, SIZE);
        basel = HttpClient.newBuilder().sslContext(fixture.pki.enrolled(BASEL)).build();
        var oslo = HttpClient.newBuilder().sslContext(fixture.pki.enrolled(OSLO)).build();
        problem(put(oslo, 3, 2, chunk, Digest.of(chunk).hex()), 409, "CONFLICT");
        var busy = put(basel, 3, 2, chunk, Digest.of(chunk).hex());
        problem(busy, 503, "DATA_UNAVAILABLE");
        assertEquals("1", busy.headers().firstValue("retry-after").orElseThrow());
    }

    @Test
    void aMissingOrMalformedHashIsRefused() throws Exception {
        problem(put(basel, 3, 2, random(LAST, 1), "zz"), 400, "BAD_ARGUMENT");
        var request =
                HttpRequest.newBuilder(uri(path(3) + "/chunks/2"))
                        .PUT(BodyPublishers.ofByteArray(random(LAST, 1)))
                        .build();
        problem(basel.send(request, BodyHandlers.ofByteArray()), 400, "BAD_ARGUMENT");
    }

    @Test
    void aReplacedCertificateIsRefused() throws Exception {
        fixture.pki.enrolled(BASEL);
        byte[] chunk = random(LAST, 1);
        problem(put(basel, 3, 2, chunk, Digest.of(chunk).hex()), 403, "DENIED");
    }

    @Test
    void aModelComesByItsHashWholeOrInParts() throws Exception {
        byte[] model = random(1_000_000, 5);
        var hash = Digest.of(model);
        fixture.desk.models.put(hash, Bytes.copyOf(model));
        var whole = get(basel, "/v1/models/" + hash);
        assertEquals(200, whole.statusCode());
        assertArrayEquals(model, whole.body());
        assertEquals("\"" + hash + "\"", whole.headers().firstValue("etag").orElseThrow());

        assertPart(hash, "bytes=10-19", "bytes 10-19/1000000", 10, 20, model);
        assertPart(hash, "bytes=999990-", "bytes 999990-999999/1000000", 999_990, 1_000_000, model);
        assertPart(hash, "bytes=-5", "bytes 999995-999999/1000000", 999_995, 1_000_000, model);
        assertPart(
                hash,
                "bytes=400000-9999999",
                "bytes 400000-999999/1000000",
                400_000,
                1_000_000,
                model);
        assertEquals(416, range(hash, "bytes=1000000-").statusCode());
    }

    @Test
    void aModelThatIsKnownIsNotSentAgain() throws Exception {
        var hash = Digest.of(new byte[] {1});
        fixture.desk.models.put(hash, Bytes.copyOf(new byte[] {1}));
        var request =
                HttpRequest.newBuilder(uri("/v1/models/" + hash))
                        .header("if-none-match", "\"" + hash + "\"")
                        .build();
        var answer = basel.send(request, BodyHandlers.ofByteArray());
        assertEquals(304, answer.statusCode());
        assertEquals(0, answer.body().length);
    }

    @Test
    void unknownModelsAndAddressesAreProblems() throws Exception {
        problem(get(basel, "/v1/models/" + Digest.ZERO), 404, "NOT_FOUND");
        problem(get(basel, "/v1/models/xyz"), 400, "BAD_ARGUMENT");
        problem(get(basel, "/elsewhere"), 404, "NOT_FOUND");
        problem(get(basel, "/v1/jobs/nonsense/rounds/3/inputs/have"), 400, "BAD_ARGUMENT");
        problem(get(basel, "/v1/jobs/" + JOB + "/rounds/x/inputs/have"), 400, "BAD_ARGUMENT");
    }

    private void assertPart(
            Digest hash, String range, String contentRange, int from, int to, byte[] model)
            throws Exception {
        var answer = range(hash, range);
        assertEquals(206, answer.statusCode());
        assertEquals(contentRange, answer.headers().firstValue("content-range").orElseThrow());
        assertArrayEquals(java.util.Arrays.copyOfRange(model, from, to), answer.body());
    }

    private HttpResponse<byte[]> range(Digest hash, String range) throws Exception {
        return basel.send(
                HttpRequest.newBuilder(uri("/v1/models/" + hash)).header("range", range).build(),
                BodyHandlers.ofByteArray());
    }

    private HttpResponse<byte[]> put(
            HttpClient site, long round, int chunk, byte[] body, String hash) throws Exception {
        return site.send(
                HttpRequest.newBuilder(uri(path(round) + "/chunks/" + chunk))
                        .header(DataPlane.HASH_HEADER, hash)
                        .PUT(BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofByteArray());
    }

    private HttpResponse<byte[]> get(HttpClient site, String path) throws Exception {
        return site.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofByteArray());
    }

    private URI uri(String path) {
        return URI.create("https://localhost:" + fixture.server.port() + path);
    }

    private static String path(long round) {
        return "/v1/jobs/" + JOB + "/rounds/" + round + "/inputs";
    }

    private static void problem(HttpResponse<byte[]> answer, int status, String code) {
        assertEquals(status, answer.statusCode());
        assertEquals(
                "application/problem+json",
                answer.headers().firstValue("content-type").orElseThrow());
        var problem = new JsonObject(new String(answer.body()));
        assertEquals(code, problem.getString("code"));
        assertEquals(status, problem.getInteger("status"));
        assertTrue(problem.getString("detail").length() > 10);
    }

    private static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
