package io.confide.cli.bench;

/** What {@code confide bench secagg} found. Times are processor seconds of one thread, means over the measured rounds. */
public record SecAggReport(
        Workload workload,
        Sizes sizes,
        SiteCost site,
        ServerCost server,
        Limit limit,
        HostRates.Rates rates,
        SetUp setUp,
        FirstRound first,
        Heap heap,
        Exactness exactness,
        Host host) {
    /** Numbers of sites, and bytes of one site in one round. */
    record Sizes(
            int cohort,
            int included,
            int threshold,
            int smallestSum,
            long uploadBytes,
            double controlUp,
            double controlDown) {}

    /** Per site that stayed to the end; {@code max} is the dearest site in the dearest round. */
    record SiteCost(double mean, double max, double encode, double input, double control) {}

    record ServerCost(double total, double control, double fold, double unmask, double decode) {}

    /** {@code rounds} rounds are prepared by it; bytes per site, up and down. */
    record SetUp(
            double siteMean, double siteMax, double server, double up, double down, int attempts) {}

    /**
     * What starting costs: the rate at which masks are made for the very first vector, for all vectors of a round before the
     * first round (after the warm-up or after the set-up, whichever is slower), and for those of later rounds (median), in bytes
     * per second; and the seconds of one input (masks, hashes, signature) in the very first call and later.
     */
    record FirstRound(
            double firstMasks,
            double coldMasks,
            double warmMasks,
            double coldInput,
            double warmInput) {
        /** What part of its later rate the first round's masks reach. */
        double coldRatio() {
            return coldMasks / warmMasks;
        }
    }

    record Heap(long peakBytes, long liveBytes) {}

    /** Over all measured rounds. */
    record Exactness(Verdict verdict, double largestError, double errorBound) {
        enum Verdict {
            EXACT,
            WRONG
        }
    }

    record Host(int cpus, String jvm, String system, double load) {}

    double siteRatio() {
        return site.mean() / limit.siteSeconds();
    }

    double serverRatio() {
        return server.total() / limit.serverSeconds();
    }

    /** Rounds per second of one core that does the work of all sites and of the server. */
    double roundsPerSecond() {
        return 1 / (server.total() + sizes.cohort() * site.mean());
    }

    /** Whether every sum was the plain one. */
    public boolean isExact() {
        return exactness.verdict() == Exactness.Verdict.EXACT;
    }
}
