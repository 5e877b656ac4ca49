package io.confide.participant.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.confide.common.model.Digest;
import io.confide.common.secagg.LedgerHead;
import io.confide.common.secagg.S5Body;
import io.confide.common.secagg.site.Check;
import io.confide.participant.privacy.CountingLedger;
import io.confide.participant.vault.FileRecords;
import io.confide.participant.vault.Home;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

/** A31: what a site knows of another's ledger outlives it, and what contradicts it is on its disk and told its operator. */
class RolledBackLedgerTest {
    private static final int SITES = 3;

    @TempDir Path directory;

    private static LedgerHead head(int entries) {
        return new LedgerHead(entries, Digest.of(new byte[] {(byte) entries}));
    }

    @Test
    void aLedgerThatFellBehindIsEvidenceAtTheOtherSites() throws Exception {
        var ledger = CountingLedger.paying(0);
        ledger.head = head(5);
        Home home;
        try (var consortium = new TestConsortium(directory, SITES, Studies.privatePlan(2))) {
            home = consortium.sites.getFirst().home;
            for (int site = 0; site < SITES; site += 2) {
                consortium.sites.get(site).budgets = CountingLedger.paying(0);
            }
            consortium.sites.get(1).budgets = ledger;
            consortium.start().offerToAll();
            consortium.setUp(1, 1);
            ledger.head = head(2);
            consortium.setUp(2, 21);
            // Whoever answers this has handled what came before.
            consortium.offerToAll();
        }
        var evidence = FileRecords.evidence(home);
        assertEquals(1, evidence.size());
        assertEquals(Check.K7, evidence.getFirst().check());
        assertEquals(
                List.of(head(5), head(2)),
                evidence.getFirst().messages().stream()
                        .map(each -> S5Body.parse(each.body()).orElseThrow().ledger())
                        .toList());
    }
}
