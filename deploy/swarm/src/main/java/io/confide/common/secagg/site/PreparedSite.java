package io.confide.common.secagg.site;

import io.confide.common.crypto.Seed;
import io.confide.common.secagg.RosterKeys;

import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a site holds when a key set-up has ended, kept to begin many worlds with: the simulator makes the keys of a roster
 * once and not once per world. It stands in this package because nothing else may read a site's secrets; the product has no
 * way to copy them.
 */
public final class PreparedSite {
    private final SiteEpoch made;

    private PreparedSite(SiteEpoch made) {
        this.made = made;
    }

    /** Takes over the epoch of {@code site}, which is ready and has seen no round. */
    public static PreparedSite of(SiteProtocol site) {
        return new PreparedSite(site.rounds().epoch().orElseThrow());
    }

    /** A site that holds a copy of the epoch, as if it had just taken part in the set-up. */
    public SiteProtocol begin(SiteSetting setting, RosterKeys keys) {
        var site = new SiteProtocol(setting, keys);
        site.rounds().enter(copy());
        return site;
    }

    private SiteEpoch copy() {
        var facts = made.facts();
        var secrets = made.secrets();
        var copied =
                new SiteEpoch.EpochSecrets(
                        copy(secrets.self(), Seed.BYTES),
                        copy(secrets.pairs(), Seed.BYTES),
                        copy(secrets.held(), 2 * Seed.BYTES),
                        copy(secrets.own(), Seed.BYTES));
        // Nothing is ever proved of a dealer's leaves in a round that had none: they are shared.
        return new SiteEpoch(facts, copied, made.leaves());
    }

    private SortedMap<Integer, RoundTable> copy(
            SortedMap<Integer, RoundTable> tables, int rowBytes) {
        var copies = new TreeMap<Integer, RoundTable>();
        tables.forEach((site, table) -> copies.put(site, copy(table, rowBytes)));
        return copies;
    }

    private RoundTable copy(RoundTable table, int rowBytes) {
        var facts = made.facts();
        byte[] rows = new byte[facts.rounds() * rowBytes];
        for (int round = 0; round < facts.rounds(); round++) {
            for (int offset = 0; offset < rowBytes; offset += Seed.BYTES) {
                try (Seed seed = table.at(facts.firstRound() + round, offset)) {
                    byte[] secret = seed.reveal();
                    System.arraycopy(secret, 0, rows, round * rowBytes + offset, Seed.BYTES);
                    Arrays.fill(secret, (byte) 0);
                }
            }
        }
        return new RoundTable(rows, rowBytes, facts.firstRound());
    }
}
