package io.confide.cli.privacy;

import io.confide.common.privacy.Accountant;
import io.confide.common.privacy.Noise;
import io.confide.common.privacy.PrivacyEvent;
import io.confide.common.privacy.Sampling;

import java.util.LinkedHashMap;
import java.util.Map;

/** An event as JSON. */
final class EventJson {
    private EventJson() {}

    static Map<String, Object> of(PrivacyEvent event) {
        var json = new LinkedHashMap<String, Object>();
        json.put("noiseMultiplier", event.noise().multiplier());
        if (event.noise() instanceof Noise.Grid grid) {
            json.put("gridSigma", grid.sigma());
            json.put("gridSensitivity", grid.sensitivity());
            json.put("dimension", grid.dimension());
        }
        json.put("sampling", word(event.sampling()));
        switch (event.sampling()) {
            case Sampling.Everyone _ -> {}
            case Sampling.Poisson(double rate) -> json.put("samplingRate", rate);
            case Sampling.FixedSize(long population, long batch) -> {
                json.put("population", population);
                json.put("batch", batch);
            }
        }
        json.put("steps", event.steps());
        return json;
    }

    static String word(Accountant accountant) {
        return switch (accountant) {
            case PLD -> "pld";
            case RDP -> "rdp";
        };
    }

    /** How records get into a sum. */
    static String word(Sampling sampling) {
        return switch (sampling) {
            case Sampling.Everyone _ -> "none";
            case Sampling.Poisson _ -> "poisson";
            case Sampling.FixedSize _ -> "without-replacement";
        };
    }
}
