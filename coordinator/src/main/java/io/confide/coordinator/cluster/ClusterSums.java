package io.confide.coordinator.cluster;

import io.confide.common.model.ConfideException;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.vector.VectorSum;
import io.confide.common.vector.Words;
import io.confide.coordinator.port.Boots;
import io.confide.coordinator.port.Claims;
import io.confide.coordinator.port.FencingToken;
import io.confide.coordinator.port.Partial;
import io.confide.coordinator.port.PartialSums;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** What the leader of a job says to the members that add its inputs up, this one among them. */
final class ClusterSums implements PartialSums, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterSums.class);

    private static final Duration FOLD_BOUND = Duration.ofSeconds(15);

    /** How fast a member hashes and adds, at the least, while it has others to add as well. */
    private static final long FOLD_BYTES_PER_MILLI = 20_000;

    /** Folds that one member is asked for at once; the others wait here. */
    private static final int FOLDS_MAX = 16;

    private final Peers peers;
    private final Function<SiteId, Optional<String>> memberOf;
    private final SumAnswers mine;
    private final Gathering gathering;
    private final Function<JobId, Optional<FencingToken>> leading;
    private final Map<String, Semaphore> folds = new ConcurrentHashMap<>();
    private final ExecutorService folding =
            Executors.newFixedThreadPool(
                    Runtime.getRuntime().availableProcessors(),
                    Thread.ofPlatform().daemon().name("confide-folds-", 0).factory());

    /**
     * @param memberOf the member to which a site is connected
     * @param leading the token under which this member leads a job; asked where the caller may not wait
     */
    ClusterSums(
            Peers peers,
            Function<SiteId, Optional<String>> memberOf,
            SumAnswers mine,
            Boots boots,
            Function<JobId, Optional<FencingToken>> leading) {
        this.peers = peers;
        this.memberOf = memberOf;
        this.mine = mine;
        this.gathering = new Gathering(peers, mine, boots);
        this.leading = leading;
    }

    @Override
    public void fold(Claims.Input input, int words, Consumer<Folding> answer) {
        work(
                input.job(),
                leader -> fold(new PeerMail.Fold(leader, input, words)),
                () -> Folding.MISSING,
                answer);
    }

    /** Answers once, whatever happens; {@code otherwise} also if this member does not lead the job. */
    private <T> void work(
            JobId job, Function<FencingToken, T> work, Supplier<T> otherwise, Consumer<T> answer) {
        var leader = leading.apply(job);
        Thread.ofVirtual()
                .name("confide-sums")
                .start(
                        () -> {
                            Optional<T> done = Optional.empty();
                            try {
                                done = leader.map(work);
                            } catch (RuntimeException e) {
                                LOG.error("event=sumFailed job={}", job, e);
                            }
                            answer.accept(done.orElseGet(otherwise));
                        });
    }

    /** A site that came to another member in between may have left its input at the one before. */
    private Folding fold(PeerMail.Fold question) {
        var members = new LinkedHashSet<String>();
        memberOf.apply(question.input().site()).ifPresent(members::add);
        members.addAll(peers.names().keySet());
        for (var member : members) {
            var folded = fold(member, question);
            if (folded.isEmpty()) {
                // It may still come to it.
                return Folding.MISSING;
            }
            if (folded.get() != Folding.MISSING) {
                return folded.get();
            }
        }
        return Folding.MISSING;
    }

    /** Empty if nothing was heard. */
    private Optional<Folding> fold(String member, PeerMail.Fold question) {
        var turns = folds.computeIfAbsent(member, _ -> new Semaphore(FOLDS_MAX));
        turns.acquireUninterruptibly();
        try {
            var bound =
                    FOLD_BOUND.plusMillis(
                            (long) Words.BYTES * question.words() / FOLD_BYTES_PER_MILLI);
            byte[] word =
                    member.equals(peers.self())
                            ? PartialFetch.get(folding.submit(() -> mine.answer(question)))
                            : peers.ask(member, question, bound);
            return Optional.of(Folding.valueOf(new String(word, StandardCharsets.US_ASCII)));
        } catch (ConfideException | IllegalStateException | RejectedExecutionException e) {
            LOG.warn(
                    "event=foldUnanswered job={} round={}",
                    question.input().job(),
                    question.input().round(),
                    e);
            return Optional.empty();
        } finally {
            turns.release();
        }
    }

    @Override
    public void gather(JobId job, long round, int words, Consumer<Gathered> answer) {
        work(
                job,
                leader -> gathering.gather(new PeerMail.Seal(leader, job, round), words),
                () -> Gathering.nothing(words),
                answer);
    }

    @Override
    public void unseal(JobId job, long round) {
        leading.apply(job).ifPresent(token -> tellAll(new PeerMail.Unseal(token, job, round)));
    }

    @Override
    public void discard(JobId job, long round) {
        leading.apply(job).ifPresent(token -> tellAll(new PeerMail.Discard(token, job, round)));
    }

    private void tellAll(PeerMail.SumOrder order) {
        mine.told(order);
        peers.names().keySet().stream()
                .filter(member -> !member.equals(peers.self()))
                .forEach(member -> peers.tell(member, order));
    }

    @Override
    public void again(
            JobId job,
            long round,
            int words,
            Partial partial,
            Consumer<Optional<VectorSum>> answer) {
        work(
                job,
                leader -> gathering.again(new PeerMail.Seal(leader, job, round), words, partial),
                Optional::empty,
                answer);
    }

    @Override
    public void close() {
        folding.shutdownNow();
    }
}
