package io.confide.coordinator.port;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.coordinator.port.SessionStore.Stored;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;
import java.util.Set;

/** What every store of sessions does. */
public abstract class SessionStoreContract {
    private static final Instant THEN = Instant.parse("2026-03-01T10:00:00Z");

    private SessionStore store = SessionStore.NOTHING;

    protected abstract SessionStore create() throws Exception;

    @BeforeEach
    void open() throws Exception {
        store = create();
    }

    @Test
    void whatIsKeptIsThereUntilItIsForgotten() {
        var ada = session(1, "ada", THEN);
        var eve = session(2, "eve", THEN);
        store.keep(ada);
        store.keep(eve);
        assertEquals(Set.of(ada, eve), Set.copyOf(store.all()));
        store.forget(ada.number());
        store.forget(ada.number());
        assertEquals(List.of(eve), store.all());
    }

    @Test
    void aSessionThatIsUsedHasItsNewTimeAndOneThatIsForgottenDoesNotComeBack() {
        store.keep(session(1, "ada", THEN));
        var later = session(1, "ada", THEN.plusSeconds(90));
        store.used(later.number(), later.used());
        assertEquals(List.of(later), store.all());
        store.forget(later.number());
        store.used(later.number(), later.used());
        assertEquals(List.of(), store.all());
    }

    /** Members of a cluster do not hear of each other in order. */
    @Test
    void anEarlierUseDoesNotUndoALaterOneAndWhatWasUsedSinceIsNotForgotten() {
        var ada = session(1, "ada", THEN.plusSeconds(90));
        store.keep(ada);
        store.used(ada.number(), THEN.plusSeconds(30));
        assertEquals(List.of(ada), store.all());
        store.forgetUnused(ada.number(), THEN.plusSeconds(89));
        assertEquals(List.of(ada), store.all());
        store.forgetUnused(ada.number(), THEN.plusSeconds(90).plusNanos(1_000));
        store.forgetUnused(ada.number(), THEN.plusSeconds(90));
        assertEquals(List.of(), store.all());
    }

    private static Stored session(int number, String account, Instant used) {
        return new Stored(
                Digest.of(new byte[] {(byte) number}),
                account,
                Digest.of(new byte[] {7}),
                THEN,
                used,
                Bytes.wrap(new byte[] {1, 2, 3}));
    }
}
