package io.confide.participant.privacy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Guarantee;
import io.confide.common.model.JobId;
import io.confide.common.privacy.SampleBound;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.security.SecureRandom;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;

class RecordSampleTest {
    private static final JobId JOB = JobId.of("00010203-0405-0607-0809-0a0b0c0d0e0f");

    private static NoiseGate gate(Guarantee.RecordLevel terms) {
        return NoiseGate.of(JOB, terms, CountingLedger.paying(0), new SecureRandom());
    }

    private static BitSet in(RecordSample sample) {
        var in = new BitSet();
        for (int place = 0; place < sample.length(); place++) {
            in.set(sample.row(place), sample.takesPart(place));
        }
        return in;
    }

    /** What there is to do tells nothing of the sample: as many rows each time, none of them twice. */
    @ParameterizedTest
    @CsvSource({"1, 0.1", "20, 0.1", "500, 0.05", "500, 0.9", "0, 0.5", "4000, 0.01"})
    void theWorkIsThatOfTheNumberOfRecordsAlone(int rows, double rate) {
        var gate = gate(Records.terms(2, 10, rate));
        var sizes = new HashSet<Integer>();
        for (int draw = 0; draw < 200; draw++) {
            var sample = gate.sample(rows);
            sizes.add(in(sample).cardinality());
            assertEquals(SampleBound.of(rows, rate), sample.length());
            var named = new HashSet<Integer>();
            for (int place = 0; place < sample.length(); place++) {
                assertTrue(named.add(sample.row(place)) && sample.row(place) < rows);
            }
        }
        assertTrue(sizes.size() > 1 || rows <= 1, () -> "samples of one size: " + sizes);
    }

    @Test
    void atRateOneEverybodyIsIn() {
        var sample = gate(Records.terms(2, 10, 1)).sample(30);
        assertEquals(30, in(sample).cardinality());
        assertEquals(30, sample.length());
    }

    /** No two samples are alike, whether of one gate or of one that was made anew for the same job, as after a restart. */
    @Test
    void aSampleIsNeverDrawnTwice() {
        var terms = Records.terms(2, 10, 0.5);
        var seen = new HashSet<BitSet>();
        for (int restart = 0; restart < 5; restart++) {
            var gate = gate(terms);
            for (int draw = 0; draw < 20; draw++) {
                assertTrue(seen.add(in(gate.sample(256))));
            }
        }
    }

    @Test
    void aSampleDoesNotSayWhoIsInIt() {
        var sample = gate(Records.terms(2, 10, 0.5)).sample(30);
        assertFalse(sample.toString().matches(".*[\\[{].*"), sample::toString);
        assertEquals(Set.of(), Set.of(RecordSample.class.getFields()));
    }
}
