package io.confide.participant.session;

import io.confide.common.encoding.Codec;
import io.confide.common.model.Guarantee;
import io.confide.common.model.JobId;
import io.confide.common.model.ModelState;
import io.confide.common.model.Plan;
import io.confide.participant.port.LocalTrainer;
import io.confide.participant.privacy.NoiseGate;
import io.confide.participant.privacy.NoiseShare;
import io.confide.participant.privacy.RecordSample;
import io.confide.participant.privacy.RecordSums;
import io.confide.participant.session.SessionEvent.EncodedInput;
import io.confide.participant.session.SessionEvent.Finished;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.security.SecureRandom;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Makes this site's unmasked input of a round, in the way that the plan's guarantee asks for. Training thread. */
sealed interface InputMaker {
    /** The words of the round's vector, or why there are none. */
    Finished make(TrainingThread.Assignment work);

    /** The maker for {@code plan}. */
    static InputMaker of(JobId job, Plan plan, Surroundings surroundings) {
        SecureRandom random = surroundings.who().random();
        return switch (plan.guarantee()) {
            case Guarantee.None _ ->
                    new Exact(
                            plan,
                            surroundings.work().trainer(),
                            random,
                            surroundings.work().arrayWordsMax());
            case Guarantee.RecordLevel records ->
                    new Noisy(
                            plan,
                            records,
                            NoiseGate.of(job, records, surroundings.storage().ledger(), random));
        };
    }

    /** What the trainer says, as it is. */
    record Exact(Plan plan, LocalTrainer trainer, SecureRandom random, int arrayWordsMax)
            implements InputMaker {
        private static final Logger LOG = LoggerFactory.getLogger(Exact.class);

        @Override
        public Finished make(TrainingThread.Assignment work) {
            var payload =
                    trainer.run(plan, work.task(), ModelState.parse(work.model()), work.data());
            long clipped = work.codec().clipped(payload);
            if (clipped > 0) {
                // Sums of more rows than a payload has room for come out too small; nobody else may
                // know.
                LOG.warn(
                        "event=clipped job={} round={} task={} coordinates={}",
                        work.job(),
                        work.round(),
                        work.task(),
                        clipped);
            }
            return new SessionEvent.Trained(
                    work.job(),
                    work.round(),
                    encoded(work.codec(), payload, new BufferedRandom(random)));
        }

        private EncodedInput encoded(
                Codec codec, Map<String, double[]> payload, RandomGenerator rounding) {
            return codec.words() <= arrayWordsMax
                    ? new EncodedInput.Made(codec.encode(payload, rounding))
                    : new EncodedInput.InLeaves(codec.encoding(payload, rounding));
        }
    }

    /**
     * The noisy sum of single records' gradients, paid for before it exists outside the gate. What can be refused without
     * the records was refused before; a round that was given up meanwhile is not paid for.
     */
    record Noisy(Plan plan, Guarantee.RecordLevel records, NoiseGate gate) implements InputMaker {
        @Override
        public Finished make(TrainingThread.Assignment work) {
            var model = ModelState.parse(work.model());
            // Drawn first: how long that takes has nothing to do with what is in the records.
            NoiseShare share = gate.draw(model.parameters().length);
            RecordSample sample = gate.sample(work.data());
            long[] sum = RecordSums.of(plan, records, model, work.data(), sample);
            if (work.errand().standing() == Errand.Standing.WITHDRAWN) {
                return new SessionEvent.Abandoned(work.job(), work.round());
            }
            return switch (gate.release(work.round(), sum, share)) {
                case NoiseGate.Release.Paid paid ->
                        new SessionEvent.Trained(
                                work.job(),
                                work.round(),
                                new EncodedInput.Made(work.codec().encode(paid.noisy())));
                case NoiseGate.Release.Refused(var why) ->
                        new SessionEvent.Unpaid(work.job(), work.round(), why);
            };
        }
    }
}
