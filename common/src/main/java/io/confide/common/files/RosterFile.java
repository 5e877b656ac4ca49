package io.confide.common.files;

import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.SiteId;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads and writes {@code roster.json}. */
public final class RosterFile {
    private static final int SITES_MAX = 200;

    private RosterFile() {}

    /** Canonical JSON of {@code roster}; its SHA-256 is the fingerprint that people compare. */
    public static Bytes bytes(RosterDocument roster) {
        return Json.object()
                .with("version", roster.version())
                .with("colluders", roster.colluders())
                .with("coordinatorKey", roster.coordinatorKey().hex())
                .with(
                        "members",
                        new Json.Arr(
                                roster.members().stream()
                                        .<Json>map(
                                                member ->
                                                        Json.object()
                                                                .with("site", member.site().value())
                                                                .with("key", member.key().hex()))
                                        .toList()))
                .bytes();
    }

    /**
     * The roster in {@code json}; formatting does not matter.
     *
     * @throws ConfideException BAD_FILE with every problem, one line each
     */
    public static RosterDocument parse(String json) {
        // JSON is read as the YAML it is, which knows lines and duplicate keys.
        return Section.read("roster.json", json, RosterFile::read);
    }

    private record Row(String site, String key) {}

    private static Section.Reading<RosterDocument> read(Section root) {
        int version =
                root.requiredValue("version")
                        .map(v -> (int) v.whole(Bounds.between(1, Integer.MAX_VALUE)))
                        .orElse(1);
        int colluders =
                root.requiredValue("colluders")
                        .map(v -> (int) v.whole(Bounds.between(0, SITES_MAX - 3)))
                        .orElse(0);
        String coordinatorKey = root.text("coordinatorKey", Form.KEY);
        var seen = new HashSet<String>();
        List<Row> rows = root.groups("members", in -> row(in, seen));
        if (root.isPresent() && (rows.size() < 3 || rows.size() > SITES_MAX)) {
            root.problem("members", rows.size() + " sites are listed; 3 to 200 are possible.");
        } else if (root.isPresent() && colluders > rows.size() - 2) {
            root.problem(
                    "colluders",
                    colluders
                            + " of "
                            + rows.size()
                            + " sites leaves fewer than two honest ones to hide among. Use "
                            + (rows.size() - 2)
                            + " at most.");
        }
        return () ->
                new RosterDocument(
                        version,
                        colluders,
                        Bytes.ofHex(coordinatorKey),
                        rows.stream()
                                .map(
                                        row ->
                                                new RosterDocument.Member(
                                                        new SiteId(row.site()),
                                                        Bytes.ofHex(row.key())))
                                .toList());
    }

    private static Row row(Section in, Set<String> seen) {
        var row = new Row(in.text("site", Form.NAME), in.text("key", Form.KEY));
        if (!row.site().isEmpty() && !seen.add(row.site())) {
            in.problem("site", "the site \"" + row.site() + "\" is listed twice.");
        }
        if (!row.key().isEmpty() && !seen.add(row.key())) {
            in.problem("key", "this key is listed twice.");
        }
        return row;
    }
}
