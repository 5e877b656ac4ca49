package io.confide.swarm;

import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.vector.StoredVector;
import io.confide.coordinator.port.InputStaging;

import java.util.Arrays;
import java.util.BitSet;
import java.util.TreeMap;

/** Staged vectors in memory; one chunk is more than enough for those of a world. A crash of the coordinator loses them. */
final class SimStaging implements InputStaging {
    private final TreeMap<String, Bytes> chunks = new TreeMap<>();

    private static String key(long round, SiteId site) {
        return round + "/" + site;
    }

    @Override
    public void store(JobId job, long round, SiteId site, int chunk, Bytes content) {
        chunks.putIfAbsent(key(round, site), content);
    }

    /** Stores all of {@code content} but its end. */
    void storeTorn(long round, SiteId site, Bytes content) {
        byte[] bytes = content.toArray();
        store(
                Kit.JOB,
                round,
                site,
                0,
                Bytes.wrap(Arrays.copyOf(bytes, bytes.length - bytes.length / 3 - 1)));
    }

    @Override
    public BitSet have(JobId job, long round, SiteId site) {
        var have = new BitSet();
        have.set(0, chunks.containsKey(key(round, site)));
        return have;
    }

    @Override
    public StoredVector open(JobId job, long round, SiteId site, long size) {
        var content = chunks.get(key(round, site));
        if (content == null || content.length() != size) {
            throw new ConfideException(
                    ErrorCode.PROTOCOL, "a chunk of the input is missing or torn");
        }
        return StoredVector.of(content);
    }

    @Override
    public void discard(JobId job, long round) {
        chunks.keySet().removeIf(key -> key.startsWith(round + "/"));
    }

    void crash() {
        chunks.clear();
    }
}
