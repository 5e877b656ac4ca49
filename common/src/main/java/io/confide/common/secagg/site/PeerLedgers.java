package io.confide.common.secagg.site;

import io.confide.common.model.Bytes;
import io.confide.common.model.SitePolicy.RolledBackLedger;
import io.confide.common.secagg.LedgerHead;
import io.confide.common.secagg.Roster;
import io.confide.common.secagg.S5Body;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteSet;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where the privacy ledgers of the other sites were when this site began a set-up (A31, K7). Messages of several jobs cross
 * on their way, so a Confirm that shows less than another is no finding by itself. It is one if the other was here before this
 * site's hello left: whoever confirms the set-up has signed over that hello, and so has signed later.
 */
record PeerLedgers(SiteSetting setting, SortedMap<Integer, SignedBody> before) {
    /** As they are known now; called before the hello leaves. */
    static PeerLedgers before(SiteSetting setting) {
        var known = new TreeMap<Integer, SignedBody>();
        int site = 0;
        for (Roster.Member member : setting.roster().members()) {
            int index = site++;
            setting.ports()
                    .records()
                    .furthestLedger(member.key())
                    .ifPresent(confirm -> known.put(index, confirm));
        }
        return new PeerLedgers(setting, known);
    }

    /**
     * Remembers how far the ledgers are, and returns the sites whose ledger has fallen behind where it was, or has another
     * content at the same length. Their contradicting Confirms are evidence. If this site's limits say so, the epoch is refused.
     *
     * @param confirms verified ones, by site
     * @param near the sites whose ledgers are looked at; the others have neighbours too
     */
    SiteSet check(ActiveChecks checks, SortedMap<Integer, SignedBody> confirms, SiteSet near)
            throws RefusedException {
        var rolledBack = new ArrayList<Integer>();
        var further = new HashMap<Bytes, SignedBody>();
        for (int site : near.indices()) {
            Optional<SignedBody> confirm = Optional.ofNullable(confirms.get(site));
            var earlier = confirm.flatMap(now -> contradicted(site, now));
            if (earlier.isPresent() && checks.isOn(Check.K7)) {
                rolledBack.add(site);
                keep(List.of(earlier.get(), confirm.orElseThrow()));
            } else {
                confirm.filter(now -> isFurther(site, now))
                        .ifPresent(now -> further.put(key(site), now));
            }
        }
        if (!further.isEmpty()) {
            var ledgers = new SiteRecords.LedgerRecord(setting.job(), further);
            setting.ports().records().recordLedgers(ledgers);
        }
        checks.require(
                Check.K7,
                rolledBack.isEmpty()
                        || setting.limits().rolledBackLedger() == RolledBackLedger.NOTE);
        return SiteSet.of(setting.roster().size(), rolledBack);
    }

    /** The Confirm of {@code site} that contradicts {@code confirm}: an earlier one of more, or any of as much but other content. */
    private Optional<SignedBody> contradicted(int site, SignedBody confirm) {
        LedgerHead now = head(confirm);
        return Optional.ofNullable(before.get(site))
                .filter(earlier -> !now.follows(head(earlier)))
                .or(() -> newest(site).filter(other -> now.contradicts(head(other))));
    }

    private boolean isFurther(int site, SignedBody confirm) {
        LedgerHead known = newest(site).map(PeerLedgers::head).orElse(LedgerHead.START);
        return head(confirm).entries() > known.entries();
    }

    private void keep(List<SignedBody> contradiction) {
        setting.ports()
                .records()
                .recordEvidence(
                        new SiteRecords.Evidence(setting.job(), Check.K7, 0, contradiction));
    }

    private Optional<SignedBody> newest(int site) {
        return setting.ports().records().furthestLedger(key(site));
    }

    private Bytes key(int site) {
        return setting.roster().member(site).key();
    }

    private static LedgerHead head(SignedBody confirm) {
        return S5Body.parse(confirm.body()).orElseThrow().ledger();
    }
}
