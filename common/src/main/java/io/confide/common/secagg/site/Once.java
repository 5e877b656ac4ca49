package io.confide.common.secagg.site;

import java.util.Optional;

/** A step that is taken once: the same message gets the same answer again, another one is refused. */
final class Once<M, A> {
    private Optional<M> message = Optional.empty();
    private Optional<A> answer = Optional.empty();

    /** Returns the earlier answer to {@code again}; empty if the step is still to be taken. */
    Optional<A> repeated(M again, Check check) throws RefusedException {
        if (message.isPresent() && !message.get().equals(again)) {
            throw new RefusedException(check);
        }
        return answer;
    }

    A taken(M by, A with) {
        message = Optional.of(by);
        answer = Optional.of(with);
        return with;
    }

    Optional<M> message() {
        return message;
    }

    Optional<A> answer() {
        return answer;
    }
}
