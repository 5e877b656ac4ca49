package io.confide.swarm;

import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.Subject;
import io.confide.common.secagg.site.Reaction;

/** Short words for the trace; never a vector, a share or a key. */
final class Words {
    private Words() {}

    static String of(CoordinatorMessage message) {
        var name = message.getClass().getSimpleName();
        return Subject.of(message) instanceof Subject.Round(var round) ? name + " " + round : name;
    }

    static String of(Reaction reaction) {
        return switch (reaction) {
            case Reaction.Send(var message) -> message.getClass().getSimpleName();
            case Reaction.Refused(var refusal) -> "refused " + refusal.check();
            case Reaction.Upload _,
                    Reaction.Join _,
                    Reaction.EpochReady _,
                    Reaction.Finished _,
                    Reaction.Nothing _ ->
                    reaction.getClass().getSimpleName();
        };
    }
}
