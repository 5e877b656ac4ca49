package io.confide.coordinator.http;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

import java.util.Optional;
import java.util.regex.Pattern;

/** A model as the answer to a GET with ETag and one byte range (RFC 9110, 13 and 14). It never changes: its name is its hash. */
record ModelBody(Digest hash, Bytes bytes) {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");
    private static final int SLICE_BYTES = 256 << 10;

    Future<Void> send(HttpServerRequest request) {
        var response = request.response();
        String etag = "\"" + hash.hex() + "\"";
        response.putHeader("etag", etag)
                .putHeader("accept-ranges", "bytes")
                .putHeader("cache-control", "private, immutable, max-age=31536000")
                .putHeader("content-type", "application/octet-stream");
        if (etag.equals(request.getHeader("if-none-match"))) {
            return response.setStatusCode(304).end();
        }
        var part = part(request, etag);
        if (part.isEmpty()) {
            return response.setStatusCode(416)
                    .putHeader("content-range", "bytes */" + bytes.length())
                    .end();
        }
        int from = part.get().from();
        int to = part.get().to();
        if (to - from < bytes.length()) {
            response.setStatusCode(206)
                    .putHeader(
                            "content-range",
                            "bytes %d-%d/%d".formatted(from, to - 1, bytes.length()));
        }
        response.putHeader("content-length", Integer.toString(to - from));
        return write(response, from, to);
    }

    private Future<Void> write(HttpServerResponse response, int from, int to) {
        int end = Math.min(to, from + SLICE_BYTES);
        var slice = Buffer.buffer(end - from).appendBytes(bytes.unsafeArray(), from, end - from);
        if (end == to) {
            return response.end(slice);
        }
        // The next slice waits until this one has left: a slow reader costs one slice of memory.
        return response.write(slice).compose(_ -> write(response, end, to));
    }

    /** Returns the asked part; the whole without a usable Range; empty if the range starts beyond the end. */
    private Optional<Part> part(HttpServerRequest request, String etag) {
        var whole = Optional.of(new Part(0, bytes.length()));
        String header = request.getHeader("range");
        String condition = request.getHeader("if-range");
        if (header == null || (condition != null && !condition.equals(etag))) {
            return whole;
        }
        var match = RANGE.matcher(header);
        if (!match.matches() || (match.group(1).isEmpty() && match.group(2).isEmpty())) {
            return whole;
        }
        long length = bytes.length();
        if (match.group(1).isEmpty()) {
            long last = Math.min(Long.parseLong(match.group(2)), length);
            return last == 0
                    ? Optional.empty()
                    : Optional.of(new Part((int) (length - last), (int) length));
        }
        long from = Long.parseLong(match.group(1));
        long to = match.group(2).isEmpty() ? length : Long.parseLong(match.group(2)) + 1;
        if (from >= length || to <= from) {
            return Optional.empty();
        }
        return Optional.of(new Part((int) from, (int) Math.min(to, length)));
    }

    private record Part(int from, int to) {}
}
