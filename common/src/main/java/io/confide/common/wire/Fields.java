package io.confide.common.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.VectorBody;
import io.confide.common.wire.v1.IndexedBytes;
import io.confide.common.wire.v1.IndexedSigned;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Single fields, checked on the way in: exact lengths, bounded indices, ascending lists. */
final class Fields {
    static final int SIGNATURE_BYTES = 64;
    static final int JOB_BYTES = 16;

    private Fields() {}

    static ByteString raw(Bytes bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes.unsafeArray());
    }

    static ByteString raw(JobId job) {
        return UnsafeByteOperations.unsafeWrap(job.bytes());
    }

    static ByteString raw(Digest digest) {
        return raw(digest.value());
    }

    static io.confide.common.wire.v1.SignedBody raw(SignedBody signed) {
        return io.confide.common.wire.v1.SignedBody.newBuilder()
                .setBody(raw(signed.body()))
                .setSignature(raw(signed.signature()))
                .build();
    }

    static io.confide.common.wire.v1.VectorBody raw(VectorBody vector) {
        var builder = io.confide.common.wire.v1.VectorBody.newBuilder();
        switch (vector) {
            case VectorBody.Inline(var bytes) -> builder.setInline(raw(bytes));
            case VectorBody.Chunked(var size, var hash) ->
                    builder.getChunkedBuilder().setSize(size).setHash(raw(hash));
        }
        return builder.build();
    }

    static List<io.confide.common.wire.v1.SignedBody> rawComplaints(List<SignedBody> list) {
        return list.stream().map(Fields::raw).toList();
    }

    static List<SignedBody> complaints(List<io.confide.common.wire.v1.SignedBody> list)
            throws WireException {
        count("complaints", list.size(), WireLimits.COMPLAINTS_MAX);
        var complaints = new ArrayList<SignedBody>(list.size());
        for (var complaint : list) {
            complaints.add(signed(complaint));
        }
        return complaints;
    }

    static List<IndexedSigned> rawSigned(SortedMap<Integer, SignedBody> map) {
        var list = new ArrayList<IndexedSigned>(map.size());
        map.forEach(
                (site, signed) ->
                        list.add(
                                IndexedSigned.newBuilder()
                                        .setSite(site)
                                        .setSigned(raw(signed))
                                        .build()));
        return list;
    }

    static List<IndexedBytes> rawBytes(SortedMap<Integer, Bytes> map) {
        var list = new ArrayList<IndexedBytes>(map.size());
        map.forEach(
                (site, value) ->
                        list.add(
                                IndexedBytes.newBuilder()
                                        .setSite(site)
                                        .setValue(raw(value))
                                        .build()));
        return list;
    }

    static JobId job(ByteString value) throws WireException {
        return JobId.of(exactly("job", value, JOB_BYTES));
    }

    static Digest digest(String field, ByteString value) throws WireException {
        return new Digest(hash(field, value));
    }

    static Bytes hash(String field, ByteString value) throws WireException {
        return exactly(field, value, Digest.BYTES);
    }

    static Bytes signature(ByteString value) throws WireException {
        return exactly("signature", value, SIGNATURE_BYTES);
    }

    static Bytes exactly(String field, ByteString value, int length) throws WireException {
        if (value.size() != length) {
            throw new WireException(
                    "%s has %d bytes, not %d".formatted(field, value.size(), length));
        }
        return Bytes.wrap(value.toByteArray());
    }

    static Bytes atMost(String field, ByteString value, int bytesMax) throws WireException {
        if (value.size() > bytesMax) {
            throw new WireException(
                    "%s has %d bytes, more than %d".formatted(field, value.size(), bytesMax));
        }
        return Bytes.wrap(value.toByteArray());
    }

    static SignedBody signed(io.confide.common.wire.v1.SignedBody value) throws WireException {
        if (value.getBody().isEmpty()) {
            throw new WireException("a signed body is missing");
        }
        return new SignedBody(
                atMost("body", value.getBody(), WireLimits.SIGNED_BODY_BYTES_MAX),
                signature(value.getSignature()));
    }

    static VectorBody vector(io.confide.common.wire.v1.VectorBody value) throws WireException {
        return switch (value.getWhereCase()) {
            case INLINE ->
                    new VectorBody.Inline(
                            atMost("vector", value.getInline(), VectorBody.INLINE_BYTES_MAX));
            case CHUNKED -> {
                long size = value.getChunked().getSize();
                if (size < 0 || size > WireLimits.VECTOR_BYTES_MAX) {
                    throw new WireException("the vector is too large");
                }
                yield new VectorBody.Chunked(size, hash("hash", value.getChunked().getHash()));
            }
            case WHERE_NOT_SET -> throw new WireException("the vector is missing");
        };
    }

    static SortedMap<Integer, SignedBody> signedMap(List<IndexedSigned> list) throws WireException {
        var map = new TreeMap<Integer, SignedBody>();
        for (var entry : list) {
            map.put(ascending(map, entry.getSite()), signed(entry.getSigned()));
        }
        return map;
    }

    /** Values of exactly {@code length} bytes. */
    static SortedMap<Integer, Bytes> bytesMap(List<IndexedBytes> list, int length)
            throws WireException {
        var map = new TreeMap<Integer, Bytes>();
        for (var entry : list) {
            map.put(ascending(map, entry.getSite()), exactly("value", entry.getValue(), length));
        }
        return map;
    }

    /** Returns {@code site} if it is a roster index greater than all keys of {@code before}. */
    static int ascending(SortedMap<Integer, ?> before, int site) throws WireException {
        if (site < 0 || site >= WireLimits.SITES_MAX) {
            throw new WireException("a site index is not below " + WireLimits.SITES_MAX);
        }
        if (!before.isEmpty() && before.lastKey() >= site) {
            throw new WireException("site indices are not ascending");
        }
        return site;
    }

    static long counter(String field, long value) throws WireException {
        if (value < 0) {
            throw new WireException(field + " is 2^63 or more");
        }
        return value;
    }

    static Instant clock(long millis) throws WireException {
        if (millis < 0 || millis > WireLimits.CLOCK_MILLIS_MAX) {
            throw new WireException("the clock is not a time before the year 10000");
        }
        return Instant.ofEpochMilli(millis);
    }

    static String text(String field, String value, int charsMax) throws WireException {
        if (value.length() > charsMax) {
            throw new WireException("%s has more than %d characters".formatted(field, charsMax));
        }
        return value;
    }

    static List<String> texts(String field, List<String> values, int countMax, int charsMax)
            throws WireException {
        count(field, values.size(), countMax);
        for (String value : values) {
            text(field, value, charsMax);
        }
        return List.copyOf(values);
    }

    static void count(String field, int count, int countMax) throws WireException {
        if (count > countMax) {
            throw new WireException("%s has more than %d entries".formatted(field, countMax));
        }
    }
}
