package io.confide.coordinator.http;

import io.confide.common.model.Digest;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * The files of the page, read and compressed once at the start, each at an address of its own: nothing of a request is
 * ever part of a path. A browser asks every time whether a file has changed and is told so by its hash. Answers of the API
 * are not compressed, because their length would then say something about what is in them.
 */
final class WebFiles {
    private static final String LIT = "META-INF/resources/webjars/lit-html/3.3.2/lit-html.js";

    /** The addresses of the page; which of them is shown is decided in the browser. */
    private static final List<String> PAGES =
            List.of(
                    "/",
                    "/signin",
                    "/jobs",
                    "/jobs/:job",
                    "/jobs/:job/rounds/:round",
                    "/sites",
                    "/models",
                    "/models/:job",
                    "/governance",
                    "/words");

    /** Everything in the folder people/ but the page itself. */
    static final List<String> ASSETS =
            List.of(
                    "actions.js",
                    "app.css",
                    "budget.js",
                    "charts.js",
                    "cost.js",
                    "curves.js",
                    "dialog.js",
                    "feed.js",
                    "fold.js",
                    "folds.js",
                    "format.js",
                    "governance.js",
                    "job.js",
                    "jobs.js",
                    "lane.js",
                    "later.js",
                    "main.js",
                    "mark.svg",
                    "me.js",
                    "model.js",
                    "models.js",
                    "net.js",
                    "overview.js",
                    "pages.js",
                    "parts.js",
                    "plan.js",
                    "proof.js",
                    "release.js",
                    "round.js",
                    "screen.js",
                    "shell.js",
                    "signin.js",
                    "sites.js",
                    "stairs.js",
                    "stream.js",
                    "strip.js",
                    "theatre.js",
                    "theme.js",
                    "tokens.css",
                    "waffle.js",
                    "wanted.js",
                    "watch.js",
                    "words.js");

    /** Of these, what is not loaded before somebody opens the page it belongs to. */
    static final List<String> LATER =
            List.of(
                    "actions.js",
                    "charts.js",
                    "cost.js",
                    "curves.js",
                    "dialog.js",
                    "folds.js",
                    "governance.js",
                    "job.js",
                    "later.js",
                    "model.js",
                    "models.js",
                    "plan.js",
                    "proof.js",
                    "release.js",
                    "round.js",
                    "sites.js",
                    "stairs.js",
                    "strip.js",
                    "theatre.js",
                    "waffle.js",
                    "words.js");

    private WebFiles() {}

    /** Adds a route for every file. Blocks. */
    static void route(Router router) {
        var index = File.of("people/index.html");
        PAGES.forEach(page -> router.get(page).handler(index::send));
        ASSETS.forEach(
                name -> router.get("/assets/" + name).handler(File.of("people/" + name)::send));
        router.get("/assets/lit-html.js").handler(File.of(LIT)::send);
        router.get("/openapi.yaml").handler(File.of(Contract.RESOURCE)::send);
    }

    /** A file as it goes over the wire. */
    private record File(String type, String hash, Buffer plain, Buffer compressed) {
        static File of(String resource) {
            byte[] bytes = Contract.bytes(resource);
            return new File(
                    mediaType(resource),
                    Digest.of(bytes).hex(),
                    Buffer.buffer(bytes),
                    Buffer.buffer(gzip(bytes)));
        }

        void send(RoutingContext context) {
            boolean gzip = acceptsGzip(context.request()) && compressed.length() < plain.length();
            String tag = "\"" + hash + (gzip ? "-gzip\"" : "\"");
            var response =
                    context.response()
                            .putHeader("content-type", type)
                            .putHeader("cache-control", "no-cache")
                            .putHeader("vary", "accept-encoding")
                            .putHeader("etag", tag);
            if (tag.equals(context.request().getHeader("if-none-match"))) {
                response.setStatusCode(304).end();
            } else if (gzip) {
                response.putHeader("content-encoding", "gzip").end(compressed);
            } else {
                response.end(plain);
            }
        }
    }

    private static boolean acceptsGzip(HttpServerRequest request) {
        String accepted = request.getHeader("accept-encoding");
        return accepted != null
                && accepted.matches("(?i).*\\bgzip\\b(?!\\s*;\\s*q=0(\\.0*)?\\s*(,|$)).*");
    }

    private static byte[] gzip(byte[] bytes) {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static String mediaType(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "html" -> "text/html; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
            case "js" -> "text/javascript; charset=utf-8";
            case "svg" -> "image/svg+xml";
            case "yaml" -> "application/yaml";
            default -> throw new IllegalArgumentException("no media type for " + name);
        };
    }
}
