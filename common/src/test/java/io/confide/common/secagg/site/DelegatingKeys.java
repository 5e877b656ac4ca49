package io.confide.common.secagg.site;

import io.confide.common.crypto.AgreementKey;
import io.confide.common.crypto.MlKem768;
import io.confide.common.crypto.Seed;
import io.confide.common.model.Bytes;

import java.util.Optional;

/** Real draws, for a mutant to change one of them. */
class DelegatingKeys implements KeySource {
    private final KeySource real;

    DelegatingKeys(KeySource real) {
        this.real = real;
    }

    @Override
    public AgreementKey agreementKey() {
        return real.agreementKey();
    }

    @Override
    public KemKey kemKey() {
        return real.kemKey();
    }

    @Override
    public Seed dealerSecret() {
        return real.dealerSecret();
    }

    @Override
    public Bytes opening() {
        return real.opening();
    }

    @Override
    public Bytes bootId() {
        return real.bootId();
    }

    @Override
    public boolean isEncapsulationKey(Bytes key) {
        return real.isEncapsulationKey(key);
    }

    @Override
    public Optional<MlKem768.Encapsulation> encapsulate(int peer, Bytes key) {
        return real.encapsulate(peer, key);
    }
}
