package io.confide.coordinator.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

class WebFilesTest {
    private static final int OWN_BYTES_MAX = 60_000;

    @TempDir Path directory;
    private PeopleFixture people;

    @BeforeEach
    void start() throws Exception {
        people = new PeopleFixture(directory);
    }

    @AfterEach
    void stop() {
        people.close();
    }

    @Test
    void everyFileOfThePageIsServedAndNothingElse() throws Exception {
        var here = new TreeSet<String>();
        var folder = Path.of(WebFiles.class.getResource("/people/index.html").toURI()).getParent();
        try (var files = Files.list(folder)) {
            files.forEach(file -> here.add(file.getFileName().toString()));
        }
        here.remove("index.html");
        assertEquals(here, new TreeSet<>(WebFiles.ASSETS));
        for (String name : WebFiles.ASSETS) {
            assertEquals(200, get("/assets/" + name), name);
        }
        for (String path :
                List.of(
                        "/assets/",
                        "/assets/index.html",
                        "/assets/../openapi/confide-v1.yaml",
                        "/assets/..%2fopenapi%2fconfide-v1.yaml",
                        "/assets/%2e%2e/db/migration/V001__jobs_rounds_sites.sql",
                        "/assets//etc/passwd",
                        "/people/main.js",
                        "/jobs/x/y")) {
            assertEquals(404, get(path), path);
        }
    }

    @Test
    void thePageAsksForNothingBeyondItsOwnFilesAndHoldsNoScriptOrStyle() {
        String page = people.send(people.request("/")).body();
        var addresses = Pattern.compile("(?:src|href)=\"([^\"#]*)\"").matcher(page);
        int found = 0;
        while (addresses.find()) {
            found++;
            assertEquals(200, get(addresses.group(1)), addresses.group(1));
        }
        assertTrue(found >= 4);
        assertFalse(page.contains("<style"));
        assertFalse(page.contains(" style="));
        assertFalse(Pattern.compile(" on[a-z]+=").matcher(page).find());
        assertFalse(Pattern.compile("<script(?![^>]* src=)").matcher(page).find());
    }

    @Test
    void everyImportIsOfAFileThatIsServed() {
        var names = new TreeSet<>(WebFiles.ASSETS);
        names.add("lit-html.js");
        for (String name : WebFiles.ASSETS) {
            if (name.endsWith(".js")) {
                String script = people.send(people.request("/assets/" + name)).body();
                var imports = Pattern.compile("from \"([^\"]+)\"").matcher(script);
                while (imports.find()) {
                    assertTrue(imports.group(1).startsWith("./"), name + ": " + imports.group(1));
                    assertTrue(names.contains(imports.group(1).substring(2)), imports.group(1));
                }
                assertFalse(script.contains("innerHTML"), name);
                assertFalse(script.contains("unsafeHTML"), name);
                assertFalse(script.contains("eval("), name);
            }
        }
    }

    @Test
    void theMarkupIsLitsOwnModule() {
        String lit = people.send(people.request("/assets/lit-html.js")).body();
        assertTrue(lit.contains("Copyright 2017 Google LLC"));
        assertFalse(Pattern.compile("\\bfrom *\"").matcher(lit).find(), "it stands alone");
    }

    @Test
    void aFileIsCompressedForWhoAsksAndSmallAltogether() throws Exception {
        int bytes = 0;
        for (String name : WebFiles.ASSETS) {
            var answer =
                    people.client.send(
                            people.request("/assets/" + name)
                                    .header("accept-encoding", "br, gzip;q=0.8")
                                    .build(),
                            BodyHandlers.ofByteArray());
            String plain = people.send(people.request("/assets/" + name)).body();
            if (answer.headers().firstValue("content-encoding").isPresent()) {
                var unzipped = new GZIPInputStream(new ByteArrayInputStream(answer.body()));
                assertEquals(plain, new String(unzipped.readAllBytes(), StandardCharsets.UTF_8));
            }
            assertEquals("accept-encoding", answer.headers().firstValue("vary").orElseThrow());
            bytes += WebFiles.LATER.contains(name) ? 0 : answer.body().length;
        }
        assertTrue(bytes < OWN_BYTES_MAX, bytes + " bytes");
        var refusing =
                people.send(
                        people.request("/assets/app.css")
                                .header("accept-encoding", "gzip;q=0, identity"));
        assertTrue(refusing.headers().firstValue("content-encoding").isEmpty());
    }

    @Test
    void anUnchangedFileIsNotSentAgain() {
        var first = people.send(people.request("/assets/app.css"));
        String tag = first.headers().firstValue("etag").orElseThrow();
        assertEquals("no-cache", first.headers().firstValue("cache-control").orElseThrow());
        var again = people.send(people.request("/assets/app.css").header("if-none-match", tag));
        assertEquals(304, again.statusCode());
        assertEquals("", again.body());
        var other = people.send(people.request("/assets/app.css").header("if-none-match", "\"x\""));
        assertEquals(200, other.statusCode());
    }

    @Test
    void theBrowserIsToldToRunNothingThatIsNotOurs() {
        var headers = people.send(people.request("/")).headers();
        String policy = headers.firstValue("content-security-policy").orElseThrow();
        for (String part :
                List.of(
                        "default-src 'none'",
                        "script-src 'self'",
                        "style-src 'self'",
                        "connect-src 'self'",
                        "base-uri 'none'",
                        "form-action 'none'",
                        "frame-ancestors 'none'",
                        "require-trusted-types-for 'script'")) {
            assertTrue(policy.contains(part), part);
        }
        assertFalse(policy.contains("unsafe"));
        assertFalse(policy.contains("http"));
        assertEquals("no-referrer", headers.firstValue("referrer-policy").orElseThrow());
        assertEquals("nosniff", headers.firstValue("x-content-type-options").orElseThrow());
    }

    private int get(String path) {
        return people.send(people.request(path)).statusCode();
    }
}
