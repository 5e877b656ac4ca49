package io.confide.coordinator.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

class MailboxTest {
    private static final Mail ADA = new Mail.Cancel("ada");
    private static final Mail GRACE = new Mail.Cancel("grace");
    private static final Mail LIN = new Mail.Cancel("lin");
    private static final Mail.Alarm ALARM = new Mail.PatienceOver(1);
    private static final Mail.Alarm OTHER = new Mail.PatienceOver(2);

    private final Mailbox mailbox = new Mailbox();
    private final List<Mail.Alarm> again = new ArrayList<>();

    private void post(Mail... mails) {
        for (var mail : mails) {
            mailbox.post(mail);
        }
    }

    private List<Mail> rest() {
        var rest = new ArrayList<Mail>();
        for (var next = mailbox.poll(); next.isPresent(); next = mailbox.poll()) {
            rest.add(next.get());
        }
        return rest;
    }

    private void standStill() {
        mailbox.stoodStill(
                Duration.ofSeconds(7),
                (lost, alarm) -> {
                    assertEquals(Duration.ofSeconds(7), lost);
                    again.add(alarm);
                });
    }

    @Test
    void mailIsTakenInItsOrder() throws Exception {
        post(ADA, ALARM, GRACE);
        assertEquals(ADA, mailbox.take());
        assertEquals(List.of(ALARM, GRACE), rest());
        assertEquals(Optional.empty(), mailbox.poll());
    }

    @Test
    void anAlarmThatRangDuringAStandstillRingsLaterAndNothingElseMoves() throws Exception {
        post(ADA, ALARM, GRACE);
        standStill();
        post(LIN, OTHER);
        assertEquals(List.of(ALARM), again);
        assertEquals(ADA, mailbox.take());
        assertEquals(List.of(GRACE, LIN, OTHER), rest());
    }

    @Test
    void aSecondStandstillKeepsWhatTheFirstLeft() {
        post(ADA, ALARM);
        standStill();
        post(OTHER, GRACE);
        standStill();
        assertEquals(List.of(ALARM, OTHER), again);
        assertEquals(List.of(ADA, GRACE), rest());
    }
}
