package io.confide.coordinator.aggregate;

import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.coordinator.port.Boot;
import io.confide.coordinator.port.Boots;
import io.confide.coordinator.port.Claims;
import io.confide.coordinator.port.Partial;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The rows of boots and of inputs in memory; time passes when a test says so. */
public final class Rows implements Boots, Claims {
    private final Map<Boot, Life> lives = new HashMap<>();
    private final Map<Key, Row> rows = new HashMap<>();
    private Mistake mistake = Mistake.NONE;

    private enum End {
        /** The lease is valid. */
        NONE,
        /** Whoever needs one of its inputs fences it. */
        OVER,
        FENCED
    }

    private record Life(String name, End end) {}

    private record Key(JobId job, long round, SiteId site) {}

    private enum State {
        CLAIMED,
        FOLDED
    }

    private record Row(Boot boot, UploadProof proof, State state) {}

    /** What a wrong implementation would do. */
    public enum Mistake {
        NONE,
        /** A row is taken and written whatever it says. */
        TAKES_ANY_ROW,
        /** A row is marked as folded whatever it says. */
        FOLDS_ANY_ROW
    }

    public synchronized void make(Mistake planted) {
        mistake = planted;
    }

    @Override
    public synchronized void begin(Boot boot, String name, Duration length) {
        fence(name);
        lives.put(boot, new Life(name, End.NONE));
    }

    @Override
    public synchronized boolean keep(Boot boot, Duration length) {
        if (end(boot) == End.FENCED) {
            return false;
        }
        end(boot, End.NONE);
        return true;
    }

    private void end(Boot boot, End end) {
        lives.computeIfPresent(boot, (_, life) -> new Life(life.name(), end));
    }

    @Override
    public synchronized void fence(String name) {
        lives.replaceAll((_, life) -> life.name().equals(name) ? new Life(name, End.FENCED) : life);
    }

    /** The leases of all boots of the member {@code name} are over. */
    public synchronized void pass(String name) {
        lives.replaceAll(
                (_, life) ->
                        life.name().equals(name) && life.end() == End.NONE
                                ? new Life(name, End.OVER)
                                : life);
    }

    public synchronized boolean isFenced(Boot boot) {
        return end(boot) == End.FENCED;
    }

    private End end(Boot boot) {
        return Optional.ofNullable(lives.get(boot)).map(Life::end).orElse(End.FENCED);
    }

    private static Key key(Input input) {
        return new Key(input.job(), input.round(), input.site());
    }

    @Override
    public synchronized Claim claim(Input input, Boot boot) {
        var mine = new Row(boot, input.proof().header(), State.CLAIMED);
        var known = Optional.ofNullable(rows.get(key(input)));
        known.map(Row::boot)
                .filter(other -> !other.equals(boot) && end(other) == End.OVER)
                .ifPresent(other -> end(other, End.FENCED));
        if (end(boot) == End.FENCED) {
            return Claim.FENCED;
        }
        if (known.isEmpty() || mistake == Mistake.TAKES_ANY_ROW) {
            rows.put(key(input), mine);
            return Claim.CLAIMED;
        }
        var row = known.get();
        if (!row.proof().equals(mine.proof())) {
            return Claim.ANOTHER_INPUT;
        }
        if (row.state() == State.CLAIMED || end(row.boot()) == End.FENCED) {
            rows.put(key(input), mine);
            return Claim.CLAIMED;
        }
        return row.boot().equals(boot) ? Claim.FOLDED : Claim.FOLDED_ELSEWHERE;
    }

    @Override
    public synchronized boolean fold(Input input, Boot boot) {
        var mine = new Row(boot, input.proof().header(), State.CLAIMED);
        boolean isMine = end(boot) != End.FENCED && mine.equals(rows.get(key(input)));
        if (isMine || mistake == Mistake.FOLDS_ANY_ROW) {
            rows.put(key(input), new Row(boot, mine.proof(), State.FOLDED));
            return true;
        }
        return false;
    }

    /** R5: whether {@code partial} counts now. */
    public synchronized boolean counts(JobId job, long round, Partial partial) {
        return end(partial.boot()) != End.FENCED
                && partial.inputs().entrySet().stream()
                        .allMatch(each -> isFolded(new Key(job, round, each.getKey()), partial));
    }

    private boolean isFolded(Key key, Partial partial) {
        return Optional.ofNullable(partial.inputs().get(key.site()))
                .map(proof -> new Row(partial.boot(), proof.header(), State.FOLDED))
                .equals(Optional.ofNullable(rows.get(key)));
    }
}
