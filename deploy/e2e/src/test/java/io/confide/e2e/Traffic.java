package io.confide.e2e;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** What a browser has asked for and what came, without its cache, from a point in time on; a stream counts as far as it came. */
final class Traffic {
    private final CDPSession session;
    private final Map<String, String> paths = new HashMap<>();
    private final Map<String, Long> coming = new HashMap<>();
    private final Map<String, Long> came = new TreeMap<>();
    private int requests;

    Traffic(Page page) {
        session = page.context().newCDPSession(page);
        session.on("Network.requestWillBeSent", this::asked);
        session.on(
                "Network.dataReceived",
                event -> coming.merge(id(event), number(event, "dataLength"), Long::sum));
        session.on("Network.loadingFinished", this::finished);
        session.send("Network.enable");
    }

    /** Forgets what was, and what the browser has kept. */
    void restart() {
        session.send("Network.clearBrowserCache");
        coming.clear();
        came.clear();
        requests = 0;
    }

    private void asked(JsonObject event) {
        requests++;
        String url = event.getAsJsonObject("request").get("url").getAsString();
        paths.put(id(event), url.replaceFirst("https://[^/]*", ""));
    }

    private void finished(JsonObject event) {
        coming.remove(id(event));
        came.merge(
                paths.getOrDefault(id(event), "?"), number(event, "encodedDataLength"), Long::sum);
    }

    private static String id(JsonObject event) {
        return event.get("requestId").getAsString();
    }

    private static long number(JsonObject event, String name) {
        return event.get(name).getAsLong();
    }

    int requests() {
        return requests;
    }

    /** How many files of the program itself were asked for since the beginning. */
    int assets() {
        return Math.toIntExact(
                paths.values().stream().filter(path -> path.startsWith("/assets/")).count());
    }

    /** Compressed as it was sent, but for what is still coming. */
    long bytes() {
        return came.values().stream().mapToLong(Long::longValue).sum()
                + coming.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Of requests whose path begins with {@code prefix} and that are answered. */
    long bytes(String prefix) {
        return came.entrySet().stream()
                .filter(each -> each.getKey().startsWith(prefix))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** Bytes by path. */
    @Override
    public String toString() {
        var all = new TreeMap<>(came);
        coming.forEach(
                (id, bytes) ->
                        all.merge(paths.getOrDefault(id, "?") + " (coming)", bytes, Long::sum));
        return requests + " requests, " + bytes() + " bytes: " + all;
    }
}
