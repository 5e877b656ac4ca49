package io.confide.coordinator.aggregate;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.coordinator.port.Boot;
import io.confide.coordinator.port.Claims;

/** Claims of which it may be unknown whether they were written as folded. */
final class UncertainClaims implements Claims {
    private final Claims claims;
    private Answers answers = Answers.GIVEN;

    enum Answers {
        GIVEN,
        LOST,
        NOT_EVEN_WRITTEN
    }

    UncertainClaims(Claims claims) {
        this.claims = claims;
    }

    void are(Answers now) {
        answers = now;
    }

    @Override
    public Claim claim(Input input, Boot boot) {
        return claims.claim(input, boot);
    }

    @Override
    public boolean fold(Input input, Boot boot) {
        boolean folded = answers != Answers.NOT_EVEN_WRITTEN && claims.fold(input, boot);
        if (answers != Answers.GIVEN) {
            throw new ConfideException(ErrorCode.UNREACHABLE, "The database is away.");
        }
        return folded;
    }
}
