package io.confide.coordinator.port;

class InMemorySessionsTest extends SessionStoreContract {
    @Override
    protected SessionStore create() {
        return new InMemorySessions();
    }
}
