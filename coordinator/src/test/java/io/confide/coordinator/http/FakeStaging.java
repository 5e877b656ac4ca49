package io.confide.coordinator.http;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.vector.StoredVector;
import io.confide.coordinator.port.InputStaging;

import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Chunks in memory. */
final class FakeStaging implements InputStaging {
    final AtomicInteger stores = new AtomicInteger();
    private final Map<String, TreeMap<Integer, Bytes>> staged = new ConcurrentHashMap<>();

    Map<Integer, Bytes> staged(JobId job, long round, SiteId site) {
        return staged.getOrDefault(key(job, round, site), new TreeMap<>());
    }

    @Override
    public synchronized void store(JobId job, long round, SiteId site, int chunk, Bytes content) {
        stores.incrementAndGet();
        staged.computeIfAbsent(key(job, round, site), _ -> new TreeMap<>()).put(chunk, content);
    }

    @Override
    public synchronized BitSet have(JobId job, long round, SiteId site) {
        var bits = new BitSet();
        staged(job, round, site).keySet().forEach(bits::set);
        return bits;
    }

    @Override
    public StoredVector open(JobId job, long round, SiteId site, long size) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void discard(JobId job, long round) {
        staged.clear();
    }

    private static String key(JobId job, long round, SiteId site) {
        return job + "/" + round + "/" + site;
    }
}
