package io.confide.participant.privacy;

import io.confide.common.crypto.CtrRandom;
import io.confide.common.crypto.Seed;
import io.confide.common.model.Digest;
import io.confide.common.model.Guarantee;
import io.confide.common.model.JobId;
import io.confide.common.privacy.noise.TableDiscreteGaussian;
import io.confide.common.privacy.noise.Variance;
import io.confide.common.vector.Words;
import io.confide.participant.port.LocalData;
import io.confide.participant.port.PrivacyLedger;

import java.security.SecureRandom;

/**
 * The one way out for what is computed from the records of a job with a guarantee: an exact integer sum goes in, its noisy
 * version comes out, after the ledger was charged durably. Everything is whole numbers here; no floating point can leave
 * holes in the noise. One thread.
 */
public final class NoiseGate {
    private final JobId job;
    private final Guarantee.RecordLevel terms;
    private final PrivacyLedger ledger;
    private final SecureRandom random;
    private final TableDiscreteGaussian law;

    private NoiseGate(
            JobId job,
            Guarantee.RecordLevel terms,
            PrivacyLedger ledger,
            SecureRandom random,
            TableDiscreteGaussian law) {
        this.job = job;
        this.terms = terms;
        this.ledger = ledger;
        this.random = random;
        this.law = law;
    }

    /** What came of a release. */
    public sealed interface Release {
        /** The sum with this site's share of the noise; it is paid for. Owned by whoever holds this. */
        final class Paid implements Release {
            private final long[] noisy;

            private Paid(long[] noisy) {
                this.noisy = noisy;
            }

            public long[] noisy() {
                return noisy;
            }
        }

        /** @param why for this site's operator alone */
        record Refused(String why) implements Release {}
    }

    /** A gate for {@code job}; making the noise's table takes some ten milliseconds. */
    public static NoiseGate of(
            JobId job, Guarantee.RecordLevel terms, PrivacyLedger ledger, SecureRandom random) {
        var law = TableDiscreteGaussian.of(Variance.of(terms.shareVariance()), fresh(random));
        return new NoiseGate(job, terms, ledger, random, law);
    }

    private static CtrRandom fresh(SecureRandom random) {
        try (var seed = Seed.generate(random)) {
            return CtrRandom.of(seed);
        }
    }

    /** Fresh noise for one release of {@code length} elements; to be drawn before the data are looked at. */
    public NoiseShare draw(int length) {
        return NoiseShare.of(law, fresh(random), length);
    }

    /**
     * Which rows of {@code data} take part in one release, in the way that the ledger is told of; to be drawn for it alone and
     * before any value of theirs is looked at.
     */
    public RecordSample sample(LocalData data) {
        return sample(data.rows());
    }

    RecordSample sample(int rows) {
        return terms.samples()
                ? RecordSample.poisson(terms, rows, fresh(random))
                : RecordSample.everyone(rows);
    }

    /**
     * Adds {@code share} to {@code sum} and charges the release: when this returns {@link Release.Paid}, the charge
     * outlives the process. The same sum again with another share is another release.
     */
    public Release release(long round, long[] sum, NoiseShare share) {
        long[] noisy = share.addTo(sum);
        return switch (ledger.commit(job, round, Digest.of(Words.toBytes(noisy)))) {
            case PrivacyLedger.Verdict.Granted _ -> new Release.Paid(noisy);
            case PrivacyLedger.Verdict.Refused(var why) -> new Release.Refused(why);
        };
    }
}
