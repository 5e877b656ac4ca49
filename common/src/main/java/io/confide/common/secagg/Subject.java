package io.confide.common.secagg;

/**
 * What a message of the coordinator is about. A refusal names it, so that a late refusal of something old is never taken
 * for one of what runs now.
 */
public sealed interface Subject {
    /** The key set-up of {@code epoch}. */
    record Setup(int epoch) implements Subject {}

    /** Round {@code round} of the job. */
    record Round(long round) implements Subject {}

    /** The message does not tell, or is malformed. */
    record Untold() implements Subject {}

    /**
     * Reads it from the message alone. Messages of a set-up after the first carry no epoch number: {@link Untold}, as for
     * malformed bytes.
     */
    static Subject of(CoordinatorMessage message) {
        return switch (message) {
            case CoordinatorMessage.Proposal m ->
                    S0Body.parse(m.s0().body())
                            .<Subject>map(body -> new Setup(body.epoch()))
                            .orElseGet(Untold::new);
            case CoordinatorMessage.Open m ->
                    OpenBody.parse(m.body().body())
                            .map(body -> round(body.context().round()))
                            .orElseGet(Untold::new);
            case CoordinatorMessage.Propose m ->
                    ProposeBody.parse(m.body().body())
                            .map(body -> round(body.round()))
                            .orElseGet(Untold::new);
            case CoordinatorMessage.Cert m ->
                    CertBody.parse(m.body().body())
                            .map(body -> round(body.context().round()))
                            .orElseGet(Untold::new);
            case CoordinatorMessage.FastCert m ->
                    CertBody.parseFast(m.body().body())
                            .map(body -> round(body.context().round()))
                            .orElseGet(Untold::new);
            case CoordinatorMessage.Result m ->
                    ResultBody.parse(m.body().body())
                            .map(body -> round(body.round()))
                            .orElseGet(Untold::new);
            case CoordinatorMessage.Blame m ->
                    BlameBody.parse(m.body().body())
                            .map(body -> round(body.round()))
                            .orElseGet(Untold::new);
            case CoordinatorMessage.Hellos _,
                    CoordinatorMessage.Seeds _,
                    CoordinatorMessage.Kems _,
                    CoordinatorMessage.Deals _,
                    CoordinatorMessage.Summary _,
                    CoordinatorMessage.EpochCert _ ->
                    new Untold();
        };
    }

    private static Subject round(RoundFields fields) {
        return new Round(fields.round());
    }
}
