package io.confide.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.confide.cli.JsonText;

/** The report for programs. Seconds, bytes and bytes per second. */
public final class SecAggJson {
    private SecAggJson() {}

    /** The report as one object. */
    public static ObjectNode of(SecAggReport report) {
        var json = JsonText.object();
        workload(json, report);
        var site = json.putObject("siteCpuSeconds");
        site.put("mean", report.site().mean()).put("max", report.site().max());
        site.put("encode", report.site().encode()).put("input", report.site().input());
        site.put("control", report.site().control());
        json.put("serverCpuSeconds", report.server().total());
        var server = json.putObject("serverParts");
        server.put("control", report.server().control()).put("fold", report.server().fold());
        server.put("unmask", report.server().unmask()).put("decode", report.server().decode());
        json.put("uploadBytesPerSite", report.sizes().uploadBytes());
        json.putObject("controlBytesPerSite")
                .put("up", Math.round(report.sizes().controlUp()))
                .put("down", Math.round(report.sizes().controlDown()));
        json.put("peakHeapBytes", report.heap().peakBytes());
        json.put("liveHeapBytes", report.heap().liveBytes());
        json.putObject("limit")
                .put("siteSeconds", report.limit().siteSeconds())
                .put("serverSeconds", report.limit().serverSeconds());
        json.putObject("ratio").put("site", report.siteRatio()).put("server", report.serverRatio());
        json.putObject("rates")
                .put("mask", report.rates().mask())
                .put("add", report.rates().add())
                .put("sha256", report.rates().hash());
        json.put("exact", report.isExact());
        json.put("largestError", report.exactness().largestError());
        json.put("errorBound", report.exactness().errorBound());
        setUp(json, report.setUp());
        json.put("roundsPerSecond", report.roundsPerSecond());
        json.putObject("firstRound")
                .put("coldRatio", report.first().coldRatio())
                .put("firstInputMaskRate", report.first().firstMasks())
                .put("coldMaskRate", report.first().coldMasks())
                .put("warmMaskRate", report.first().warmMasks())
                .put("coldInputSeconds", report.first().coldInput())
                .put("warmInputSeconds", report.first().warmInput());
        json.putObject("host")
                .put("cpus", report.host().cpus())
                .put("jvm", report.host().jvm())
                .put("system", report.host().system())
                .put("load", report.host().load());
        return json;
    }

    private static void workload(ObjectNode json, SecAggReport report) {
        var workload = report.workload();
        json.put("sites", workload.sites()).put("dimension", workload.dimension());
        json.put("bits", workload.bits()).put("colluders", workload.colluders());
        json.put("graph", workload.graph().word()).put("neighbours", workload.neighbours());
        json.put("threshold", report.sizes().threshold());
        json.put("smallestSum", report.sizes().smallestSum());
        json.put("cohort", report.sizes().cohort()).put("included", report.sizes().included());
        json.put("sitesMeasured", workload.measuredSites().size());
        json.put("checksShared", workload.isSampled());
        json.put("rounds", workload.rounds()).put("warmup", workload.warmup());
        json.putObject("drops").put("step", workload.lostAt().word()).put("sites", workload.lost());
    }

    private static void setUp(ObjectNode json, SecAggReport.SetUp setUp) {
        var node = json.putObject("setUp");
        node.putObject("siteCpuSeconds").put("mean", setUp.siteMean()).put("max", setUp.siteMax());
        node.put("serverCpuSeconds", setUp.server());
        node.putObject("bytesPerSite")
                .put("up", Math.round(setUp.up()))
                .put("down", Math.round(setUp.down()));
        node.put("attempts", setUp.attempts());
    }
}
