package io.confide.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

/** A proxy in front of each server of a cluster, and faults of one after the other by a seed. */
final class FaultyNetwork implements ClusterStage.Roads, AutoCloseable {
    private final Map<Integer, FaultyProxy> proxies = new ConcurrentHashMap<>();
    private final Random random;
    private volatile boolean isBad;
    private final List<Thread> weather = new ArrayList<>();

    FaultyNetwork(long seed) {
        this.random = new Random(seed);
    }

    @Override
    public int to(int port) {
        return proxies.computeIfAbsent(port, this::proxy).port();
    }

    private FaultyProxy proxy(int target) {
        try {
            return new FaultyProxy(target, random.nextLong());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From now on one road after the other is bad for a while. */
    void turnBad() {
        isBad = true;
        weather.add(Thread.ofVirtual().start(this::faults));
    }

    private void faults() {
        var roads = proxies.keySet().stream().sorted().map(proxies::get).toList();
        try {
            while (isBad) {
                var fault = FaultyProxy.Fault.values()[random.nextInt(4)];
                roads.get(random.nextInt(roads.size())).begin(fault, 500 + random.nextInt(2_500));
                Thread.sleep(100 + random.nextInt(400));
            }
        } catch (InterruptedException _) {
            // the test is over
        }
    }

    /** No road is bad any more. */
    void heal() throws InterruptedException {
        isBad = false;
        for (var thread : weather) {
            thread.join();
        }
        proxies.values().forEach(FaultyProxy::heal);
    }

    /** How often each fault was felt by somebody. */
    Map<FaultyProxy.Fault, Integer> felt() {
        var felt = new EnumMap<FaultyProxy.Fault, Integer>(FaultyProxy.Fault.class);
        for (var fault : FaultyProxy.Fault.values()) {
            felt.put(fault, proxies.values().stream().mapToInt(each -> each.felt(fault)).sum());
        }
        return felt;
    }

    /** Whether somebody has felt each of the faults. */
    boolean isFelt() {
        return felt().values().stream().allMatch(times -> times > 0);
    }

    @Override
    public void close() throws IOException {
        isBad = false;
        weather.forEach(Thread::interrupt);
        for (var proxy : proxies.values()) {
            proxy.close();
        }
    }
}
