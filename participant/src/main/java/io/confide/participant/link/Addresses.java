package io.confide.participant.link;

import io.confide.common.model.ConfideException;

import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The addresses of one coordinator and whose turn it is: first the one that worked last, then each of the others once, and
 * only then a pause. Each process has its own order, so that sites spread over the members, and those of a member that dies
 * over the others. Pure bookkeeping, not safe for concurrent use.
 */
final class Addresses {
    private final List<URI> order;
    private final Comparator<Failure> asWritten;
    private final List<Failure> failures = new ArrayList<>();
    private int turn;
    private boolean worked;

    /** @param written as the operator wrote them, at least one, each once */
    Addresses(List<URI> written, RandomGenerator jitter) {
        this.order = new ArrayList<>(written);
        this.asWritten = Comparator.comparingInt(failure -> written.indexOf(failure.address()));
        Collections.shuffle(order, jitter);
    }

    /**
     * An attempt that came to nothing.
     *
     * @param lasting what trying this address again does not mend; empty if it may
     */
    record Failure(URI address, Throwable cause, Optional<ConfideException> lasting) {}

    /** What to do after a failure. */
    sealed interface Next {
        /** {@link #present} is another address, which has not been tried since the last pause. */
        record Another() implements Next {}

        /** All have failed, in the order in which the operator wrote them; {@link #present} is where it began. */
        record Pause(List<Failure> failures) implements Next {
            public Pause {
                failures = List.copyOf(failures);
            }
        }

        /** None has ever worked, and none can as things are. */
        record End(ConfideException reason) implements Next {}
    }

    /** Returns the address to connect to, or the one that is connected to. */
    URI present() {
        return order.get(turn);
    }

    /** {@link #present} has answered: after a connection that is lost it is the first again. */
    void worked() {
        worked = true;
        failures.clear();
    }

    /** {@link #present} has not answered. */
    Next failed(Throwable cause, Optional<ConfideException> lasting) {
        failures.add(new Failure(present(), cause, lasting));
        turn = (turn + 1) % order.size();
        if (failures.size() < order.size()) {
            return new Next.Another();
        }
        var all = failures.stream().sorted(asWritten).toList();
        failures.clear();
        // Once one has worked, a stranger on the network must not be able to end this process.
        boolean hopeless = !worked && all.stream().allMatch(it -> it.lasting().isPresent());
        return hopeless && lasting.isPresent() ? new Next.End(lasting.get()) : new Next.Pause(all);
    }
}
