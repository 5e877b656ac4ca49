package io.confide.cli.bench;

import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.server.ReadyEpoch;
import io.confide.common.vector.MaskWarmUp;

import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Runs one workload: set-up, rounds to warm up, measured rounds, and the machine's own rates in between. */
public final class SecAggBench {
    private static final int SAMPLES = 10;
    private static final long SAMPLE_NANOS = 20_000_000;
    private static final long WARM_UP_NANOS = 100_000_000;

    private final Workload workload;
    private final BenchProgress progress;
    private final SecureRandom random = new SecureRandom();
    private final HeapWatch heap = new HeapWatch();
    private final double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();

    public SecAggBench(Workload workload, BenchProgress progress) {
        this.workload = workload;
        this.progress = progress;
    }

    /** Runs it. Fails with a sentence if too few sites are left for a sum. */
    public SecAggReport run() {
        try (var consortium = new BenchConsortium(workload, random)) {
            // As every participant and coordinator does when it starts.
            MaskWarmUp.run(new SecureRandom());
            var masks =
                    new MaskRates(
                            random,
                            consortium.codec().words(),
                            workload.neighbours() + 1,
                            workload.sites());
            masks.sampleBeforeFirst();
            var setUp = new SetUpRun(consortium, progress, heap).run();
            heap.sample();
            return measure(consortium, setUp, masks);
        } finally {
            progress.end();
        }
    }

    private SecAggReport measure(BenchConsortium consortium, SetUpRun.Made setUp, MaskRates masks) {
        ReadyEpoch epoch = setUp.epoch();
        int all = workload.warmup() + workload.rounds();
        var stage = progress.stage("rounds", all * epoch.accepted().size());
        var rates = new HostRates(consortium.codec().words());
        var made = new ArrayList<RoundRun.Made>();
        masks.sampleBeforeFirst();
        for (int number = 1; number <= all; number++) {
            var collection =
                    number == 1 ? RoundRun.Collection.BEFORE_UNMASKING : RoundRun.Collection.NONE;
            made.add(new RoundRun(consortium, epoch, number, random, stage, heap).run(collection));
            sample(rates, masks, number);
        }
        return report(consortium, setUp, made, masks, rates.rates());
    }

    private void sample(HostRates rates, MaskRates masks, int number) {
        int measured = number - workload.warmup();
        if (measured == 0 || (measured == 1 && workload.warmup() == 0)) {
            rates.sample(WARM_UP_NANOS, HostRates.Counting.WARM_UP);
        }
        if (measured > 0 && measured % Math.ceilDiv(workload.rounds(), SAMPLES) == 0) {
            masks.sampleLater();
            rates.sample(SAMPLE_NANOS, HostRates.Counting.COUNTED);
        }
        if (measured == workload.rounds()) {
            rates.sample(SAMPLE_NANOS, HostRates.Counting.COUNTED);
        }
    }

    private SecAggReport report(
            BenchConsortium consortium,
            SetUpRun.Made setUp,
            List<RoundRun.Made> all,
            MaskRates masks,
            HostRates.Rates rates) {
        var measured = all.subList(workload.warmup(), all.size());
        SiteSet cohort = setUp.epoch().accepted();
        int included = measured.getFirst().included().size();
        long vector = measured.getFirst().vectorBytes();
        var live = consortium.measured().indices();
        return new SecAggReport(
                workload,
                new SecAggReport.Sizes(
                        cohort.size(),
                        included,
                        consortium.policy().t(),
                        consortium.policy().floor(),
                        vector,
                        mean(measured, live, Meter::up),
                        mean(measured, live, Meter::down)),
                siteCost(measured, live),
                serverCost(measured),
                Limit.of(
                        rates,
                        vector,
                        Math.min(workload.neighbours(), cohort.size() - 1),
                        cohort.size(),
                        included),
                rates,
                setUpCost(setUp, live),
                firstRound(all, masks),
                new SecAggReport.Heap(heap.peakBytes(), heap.liveBytes()),
                exactness(all),
                host());
    }

    private static SecAggReport.SiteCost siteCost(
            List<RoundRun.Made> measured, List<Integer> live) {
        double max =
                measured.stream()
                        .flatMapToDouble(
                                made -> live.stream().mapToDouble(made.meter()::siteSeconds))
                        .max()
                        .orElse(0);
        return new SecAggReport.SiteCost(
                mean(measured, live, Meter::siteSeconds),
                max,
                mean(measured, Meter.Work.SITE_ENCODE) / live.size(),
                mean(measured, Meter.Work.SITE_INPUT) / live.size(),
                mean(measured, Meter.Work.SITE_CONTROL) / live.size());
    }

    private static SecAggReport.ServerCost serverCost(List<RoundRun.Made> measured) {
        return new SecAggReport.ServerCost(
                measured.stream().mapToDouble(made -> made.meter().serverSeconds()).sum()
                        / measured.size(),
                mean(measured, Meter.Work.SERVER_CONTROL),
                mean(measured, Meter.Work.SERVER_FOLD),
                mean(measured, Meter.Work.SERVER_UNMASK),
                mean(measured, Meter.Work.SERVER_DECODE));
    }

    private static SecAggReport.SetUp setUpCost(SetUpRun.Made setUp, List<Integer> live) {
        Meter meter = setUp.meter();
        ToDoubleFunction<ToDoubleFunction<Integer>> mean =
                value -> live.stream().mapToDouble(value).average().orElse(0);
        return new SecAggReport.SetUp(
                mean.applyAsDouble(meter::siteSeconds),
                live.stream().mapToDouble(meter::siteSeconds).max().orElse(0),
                meter.serverSeconds(),
                mean.applyAsDouble(meter::up),
                mean.applyAsDouble(meter::down),
                setUp.attempts());
    }

    private static SecAggReport.FirstRound firstRound(List<RoundRun.Made> all, MaskRates masks) {
        var last = all.getLast();
        return new SecAggReport.FirstRound(
                masks.firstVector(),
                masks.cold(),
                masks.warm(),
                all.getFirst().firstInput(),
                last.meter().secondsPerSite(Meter.Work.SITE_INPUT));
    }

    private static SecAggReport.Exactness exactness(List<RoundRun.Made> all) {
        boolean exact = all.stream().allMatch(made -> made.fit().isExact());
        return new SecAggReport.Exactness(
                exact ? SecAggReport.Exactness.Verdict.EXACT : SecAggReport.Exactness.Verdict.WRONG,
                all.stream().mapToDouble(made -> made.fit().largestError()).max().orElse(0),
                all.getLast().fit().errorBound());
    }

    private SecAggReport.Host host() {
        var runtime = ManagementFactory.getRuntimeMXBean();
        var system = ManagementFactory.getOperatingSystemMXBean();
        return new SecAggReport.Host(
                system.getAvailableProcessors(),
                runtime.getVmName() + " " + Runtime.version(),
                system.getName() + " " + system.getArch(),
                load);
    }

    @FunctionalInterface
    private interface PerSite {
        double of(Meter meter, int site);
    }

    private static double mean(List<RoundRun.Made> measured, List<Integer> live, PerSite value) {
        return measured.stream()
                .flatMapToDouble(
                        made -> live.stream().mapToDouble(site -> value.of(made.meter(), site)))
                .average()
                .orElse(0);
    }

    private static double mean(List<RoundRun.Made> measured, Meter.Work work) {
        return measured.stream()
                .mapToDouble(made -> made.meter().seconds(work))
                .average()
                .orElse(0);
    }
}
