package io.confide.coordinator.jdbc;

import com.fasterxml.jackson.core.type.TypeReference;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.Removal;
import io.confide.common.secagg.SetupLayout.RemovedPair;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.server.KeptEpoch;
import io.confide.common.wire.CoordinatorBody;
import io.confide.common.wire.Frame;
import io.confide.common.wire.SiteBody;
import io.confide.common.wire.WireCodec;
import io.confide.common.wire.WireException;
import io.confide.coordinator.port.LogEntry.EpochMade;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Epochs as rows: one for the epoch, and one for each deal, as the frame in which it came but without the parts that only
 * their receivers need.
 */
final class EpochRows {
    static final String EPOCH =
            "INSERT INTO epoch_made (job_id, epoch, first_round, rounds, epoch_id, t1, graph_seed,"
                + " roster_size, members, accepted, removed, certificate) VALUES (?, ?, ?, ?, ?, ?,"
                + " ?, ?, ?, ?, ?, ?)";
    static final String DEAL =
            "INSERT INTO epoch_deal (job_id, epoch, site_index, body) VALUES (?, ?, ?, ?)";
    static final String HOLDER =
            "INSERT INTO epoch_holder (job_id, epoch, site, life) VALUES (?, ?, ?, ?)";

    private static final List<String> TABLES = List.of("epoch_made", "epoch_deal", "epoch_holder");

    private EpochRows() {}

    /** Where to get the statement for some SQL, kept by whoever runs it. */
    interface Statements {
        PreparedStatement of(String sql) throws SQLException;
    }

    static void write(Statements statements, String job, EpochMade made) throws SQLException {
        var kept = made.epoch();
        for (var table : TABLES) {
            var old = statements.of("DELETE FROM " + table + " WHERE job_id = ? AND epoch < ?");
            old.setString(1, job);
            old.setLong(2, made.oldest());
            old.executeUpdate();
        }
        var row = statements.of(EPOCH);
        row.setString(1, job);
        row.setLong(2, kept.epoch());
        row.setLong(3, kept.firstRound());
        row.setInt(4, kept.rounds());
        row.setString(5, kept.epochId().hex());
        row.setString(6, kept.t1().hex());
        row.setString(7, kept.graphSeed().hex());
        row.setInt(8, kept.members().rosterSize());
        row.setBytes(9, kept.members().bytes().unsafeArray());
        row.setBytes(10, kept.removal().accepted().bytes().unsafeArray());
        row.setString(
                11,
                Columns.json(
                        kept.removal().pairs().stream()
                                .map(pair -> List.of(pair.low(), pair.high()))
                                .toList()));
        row.setBytes(12, certificate(job, kept));
        row.executeUpdate();
        for (var deal : kept.deals().entrySet()) {
            var each = statements.of(DEAL);
            each.setString(1, job);
            each.setLong(2, kept.epoch());
            each.setInt(3, deal.getKey());
            each.setBytes(4, deal(deal.getValue()));
            each.executeUpdate();
        }
        for (var holder : made.holders().entrySet()) {
            var each = statements.of(HOLDER);
            each.setString(1, job);
            each.setLong(2, kept.epoch());
            each.setString(3, holder.getKey().value());
            each.setLong(4, holder.getValue());
            each.executeUpdate();
        }
    }

    /** The job has ended: its keys are of no use any more. */
    static void forgetAll(Statements statements, String job) throws SQLException {
        for (var table : TABLES) {
            var row = statements.of("DELETE FROM " + table + " WHERE job_id = ?");
            row.setString(1, job);
            row.executeUpdate();
        }
    }

    static SortedMap<Long, EpochMade> read(Database database, JobId job) {
        var epochs = new TreeMap<Long, EpochMade>();
        for (var kept :
                database.query(
                        "SELECT * FROM epoch_made WHERE job_id = ?",
                        row -> row.setString(1, job.toString()),
                        row -> kept(row, deals(database, job, row.getLong("epoch"))))) {
            // Whatever is older has been deleted when the first of these was made.
            epochs.put(
                    (long) kept.epoch(),
                    new EpochMade(kept, holders(database, job, kept.epoch()), 0));
        }
        return epochs;
    }

    private static KeptEpoch kept(ResultSet row, SortedMap<Integer, SiteMessage.Deal> deals)
            throws SQLException {
        int n = row.getInt("roster_size");
        var pairs =
                Columns.parse(row.getString("removed"), new TypeReference<List<List<Integer>>>() {})
                        .stream()
                        .map(pair -> new RemovedPair(pair.getFirst(), pair.getLast()))
                        .toList();
        return new KeptEpoch(
                row.getInt("epoch"),
                row.getLong("first_round"),
                row.getInt("rounds"),
                digest(row, "epoch_id"),
                digest(row, "t1"),
                digest(row, "graph_seed"),
                sites(n, row.getBytes("members")),
                new Removal(pairs, sites(n, row.getBytes("accepted"))),
                deals,
                confirms(row.getBytes("certificate")).confirms());
    }

    private static Digest digest(ResultSet row, String column) throws SQLException {
        return new Digest(Bytes.ofHex(row.getString(column)));
    }

    private static SiteSet sites(int n, byte[] bitmap) {
        return SiteSet.parse(n, Bytes.wrap(bitmap))
                .orElseThrow(() -> new IllegalStateException("a set of sites is damaged"));
    }

    private static SortedMap<Integer, SiteMessage.Deal> deals(
            Database database, JobId job, long epoch) {
        var deals = new TreeMap<Integer, SiteMessage.Deal>();
        for (var entry :
                database.query(
                        "SELECT site_index, body FROM epoch_deal WHERE job_id = ? AND epoch = ?",
                        row -> {
                            row.setString(1, job.toString());
                            row.setLong(2, epoch);
                        },
                        row -> Map.entry(row.getInt(1), deal(row.getBytes(2))))) {
            deals.put(entry.getKey(), entry.getValue());
        }
        return deals;
    }

    private static SortedMap<SiteId, Long> holders(Database database, JobId job, long epoch) {
        var holders = new TreeMap<SiteId, Long>();
        for (var entry :
                database.query(
                        "SELECT site, life FROM epoch_holder WHERE job_id = ? AND epoch = ?",
                        row -> {
                            row.setString(1, job.toString());
                            row.setLong(2, epoch);
                        },
                        row -> Map.entry(new SiteId(row.getString(1)), row.getLong(2)))) {
            holders.put(entry.getKey(), entry.getValue());
        }
        return holders;
    }

    private static byte[] deal(SiteMessage.Deal deal) {
        return WireCodec.encodeSite(new Frame<>(0, 0, new SiteBody.Protocol(deal)));
    }

    private static SiteMessage.Deal deal(byte[] frame) {
        try {
            if (WireCodec.decodeSite(frame).body()
                    instanceof SiteBody.Protocol(SiteMessage.Deal deal)) {
                return deal;
            }
            throw new IllegalStateException("a kept deal is another message");
        } catch (WireException e) {
            throw new IllegalStateException("a kept deal is damaged", e);
        }
    }

    private static byte[] certificate(String job, KeptEpoch kept) {
        return WireCodec.encodeCoordinator(
                new Frame<>(0, 0, new CoordinatorBody.Protocol(kept.certificate(JobId.of(job)))));
    }

    private static CoordinatorMessage.EpochCert confirms(byte[] frame) {
        try {
            if (WireCodec.decodeCoordinator(frame).body()
                    instanceof CoordinatorBody.Protocol(CoordinatorMessage.EpochCert cert)) {
                return cert;
            }
            throw new IllegalStateException("a kept certificate is another message");
        } catch (WireException e) {
            throw new IllegalStateException("a kept certificate is damaged", e);
        }
    }
}
