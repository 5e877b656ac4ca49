package io.confide.coordinator.port;

class InMemoryRoundLogTest extends RoundLogContract {
    @Override
    protected Both create() {
        var log = new InMemoryRoundLog();
        return new Both(log, log);
    }
}
