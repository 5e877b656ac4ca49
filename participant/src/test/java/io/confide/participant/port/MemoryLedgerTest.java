package io.confide.participant.port;

import io.confide.common.model.SitePolicy;

import java.util.Map;

class MemoryLedgerTest extends PrivacyLedgerContract {
    @Override
    protected PrivacyLedger open(String study, SitePolicy.Budget budget) {
        return new MemoryLedger(Map.of(study, budget));
    }
}
