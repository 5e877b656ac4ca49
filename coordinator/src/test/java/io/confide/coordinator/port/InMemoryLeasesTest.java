package io.confide.coordinator.port;

class InMemoryLeasesTest extends LeasesContract {
    @Override
    protected Leases create() {
        return new InMemoryRoundLog();
    }
}
