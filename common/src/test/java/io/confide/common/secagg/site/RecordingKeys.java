package io.confide.common.secagg.site;

import io.confide.common.crypto.AgreementKey;
import io.confide.common.crypto.MlKem768;
import io.confide.common.crypto.Seed;
import io.confide.common.model.Bytes;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Real draws, of which the test keeps what the site erases. */
final class RecordingKeys implements KeySource {
    private final KeySource real;
    private final List<Seed> secrets = new ArrayList<>();
    private final List<Seed> live = new ArrayList<>();

    RecordingKeys(KeySource real) {
        this.real = real;
    }

    /** Copies of β and of every KEM secret. */
    List<Seed> secrets() {
        return secrets;
    }

    /** The very objects that the site holds. */
    List<Seed> live() {
        return live;
    }

    private Seed keep(Seed seed) {
        secrets.add(Seed.copyOf(seed.reveal()));
        live.add(seed);
        return seed;
    }

    @Override
    public AgreementKey agreementKey() {
        return real.agreementKey();
    }

    @Override
    public KemKey kemKey() {
        KemKey key = real.kemKey();
        return new KemKey() {
            @Override
            public Bytes encapsulationKey() {
                return key.encapsulationKey();
            }

            @Override
            public Optional<Seed> decapsulate(int peer, Bytes ciphertext) {
                return key.decapsulate(peer, ciphertext).map(RecordingKeys.this::keep);
            }

            @Override
            public void erase() {
                key.erase();
            }
        };
    }

    @Override
    public Seed dealerSecret() {
        return keep(real.dealerSecret());
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
        Optional<MlKem768.Encapsulation> made = real.encapsulate(peer, key);
        made.ifPresent(each -> keep(each.shared()));
        return made;
    }
}
