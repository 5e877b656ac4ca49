package io.confide.common.secagg;

import io.confide.common.layout.Label;
import io.confide.common.layout.LayoutReader;
import io.confide.common.layout.LayoutWriter;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;

import java.util.Optional;

/** S5: what site i believes the epoch is, and the head of its ledger. */
public record S5Body(Digest t1, int site, Digest t3, SiteSet accepted, LedgerHead ledger) {
    /** L("confirm") ‖ T1 ‖ u32 i ‖ T3 ‖ u32 N ‖ accepted ‖ u64 ledgerSeq ‖ ledgerHead. */
    public Bytes bytes() {
        return LayoutWriter.of(Label.CONFIRM)
                .raw(t1)
                .u32(site)
                .raw(t3)
                .u32(accepted.rosterSize())
                .raw(accepted.bytes())
                .u64(ledger.entries())
                .raw(ledger.hash())
                .toBytes();
    }

    /** The body of exactly these bytes; empty if they are malformed. */
    public static Optional<S5Body> parse(Bytes body) {
        return LayoutReader.parse(
                body,
                Label.CONFIRM,
                in ->
                        new S5Body(
                                in.digest(),
                                in.u32(),
                                in.digest(),
                                SiteSet.read(in),
                                new LedgerHead(in.u64(), in.digest())));
    }

    /** Whether {@code body} confirms what this does, whatever it says of the ledger. */
    public boolean isSaidBy(Bytes body) {
        return parse(body)
                .filter(said -> new S5Body(t1, site, t3, accepted, said.ledger).equals(said))
                .isPresent();
    }
}
