/**
 * What a site's records may still reveal, and what was spent: the file behind {@link
 * io.confide.participant.port.PrivacyLedger}.
 *
 * <p>A charge is on the disk before the bytes that it pays for leave; nothing is ever given back; the coordinator can
 * neither raise nor reset a budget, only the steward's {@code policy.yaml} can, and the ledger notes that it did. A ledger
 * that is damaged, or older than its witness, answers nothing.
 */
@NullMarked
package io.confide.participant.ledger;

import org.jspecify.annotations.NullMarked;
