package io.confide.coordinator.port;

class InMemoryEnrolmentsTest extends EnrolmentsContract {
    @Override
    protected Enrolments create() {
        return new InMemoryEnrolments();
    }
}
