package io.confide.participant.ledger;

import io.confide.common.files.Json;
import io.confide.common.files.JsonFields;
import io.confide.common.files.JsonText;
import io.confide.common.governance.HashChain;
import io.confide.common.model.Bytes;
import io.confide.common.secagg.LedgerHead;

/** Entries as records of a journal, each bound to all before it: {@code {"entry":{..,"seq":n},"hash":".."}}. */
final class LedgerChain {
    private static final String SEQUENCE = "seq";

    private LedgerHead head = LedgerHead.START;

    LedgerHead head() {
        return head;
    }

    /** A record for {@code entry} as the next one, and the head it leads to. */
    Next next(LedgerEntry entry) {
        var json = LedgerJson.json(entry).with(SEQUENCE, head.entries());
        var hash = HashChain.link(head.hash(), json);
        var record = Json.object().with("entry", json).with("hash", hash.hex()).bytes();
        return new Next(record, new LedgerHead(head.entries() + 1, hash));
    }

    record Next(Bytes record, LedgerHead head) {}

    /** {@code next} is durable. */
    void advance(Next next) {
        head = next.head();
    }

    /** Follows {@code record} and returns its entry; IllegalArgumentException if it does not follow. */
    LedgerEntry follow(Bytes record) {
        var fields = JsonFields.of(JsonText.parse(record), "record").object("entry");
        var entry = LedgerJson.parse(fields);
        var next = next(entry);
        if (!next.record().equals(record)) {
            throw new IllegalArgumentException("it does not follow from the entry before");
        }
        advance(next);
        return entry;
    }
}
