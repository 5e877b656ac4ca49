package io.confide.coordinator.jdbc;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.coordinator.round.RoundEvent;
import io.confide.coordinator.round.RoundEvent.Phase;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Round events as bytes: u8 kind, then strings and byte strings with a u16 length, big-endian. */
final class RoundEventCodec {
    private static final int BYTES_MAX = 1024;

    private RoundEventCodec() {}

    static byte[] encode(RoundEvent event) {
        var out = ByteBuffer.allocate(BYTES_MAX);
        switch (event) {
            case RoundEvent.InputFolded(var site, var proof) -> {
                put(out, 1, site);
                put(out, proof.vectorHash());
                put(out, proof.signature());
            }
            case RoundEvent.SiteLost(var site) -> put(out, 2, site);
            case RoundEvent.SiteReturned(var site) -> put(out, 3, site);
            case RoundEvent.GracePassed(var site) -> put(out, 4, site);
            case RoundEvent.SiteDeclined(var site, var check) -> {
                put(out, 5, site);
                put(out, Bytes.wrap(check.getBytes(StandardCharsets.UTF_8)));
            }
            case RoundEvent.MessageUnusable(var site, var why) -> {
                put(out, 12, site);
                put(out, Bytes.wrap(why.getBytes(StandardCharsets.UTF_8)));
            }
            case RoundEvent.DeadlinePassed(var phase) -> {
                out.put((byte) 6);
                put(out, Bytes.wrap(phase.name().getBytes(StandardCharsets.UTF_8)));
            }
            case RoundEvent.SignVerified(var site, var signature) -> {
                put(out, 7, site);
                put(out, signature);
            }
            case RoundEvent.RevealVerified(var site) -> put(out, 8, site);
            case RoundEvent.Unmasked(var newModel) -> {
                out.put((byte) 9);
                put(out, newModel.value());
            }
            case RoundEvent.IntegrityBroken _ -> out.put((byte) 10);
            case RoundEvent.LeaderLost _ -> out.put((byte) 11);
            case RoundEvent.TakenOver _ -> out.put((byte) 13);
        }
        var bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }

    static RoundEvent decode(byte[] bytes) {
        var in = ByteBuffer.wrap(bytes);
        int kind = in.get();
        return switch (kind) {
            case 1 -> new RoundEvent.InputFolded(site(in), new UploadProof(get(in), get(in)));
            case 2 -> new RoundEvent.SiteLost(site(in));
            case 3 -> new RoundEvent.SiteReturned(site(in));
            case 4 -> new RoundEvent.GracePassed(site(in));
            case 5 -> new RoundEvent.SiteDeclined(site(in), text(in));
            case 6 -> new RoundEvent.DeadlinePassed(Phase.valueOf(text(in)));
            case 7 -> new RoundEvent.SignVerified(site(in), get(in));
            case 8 -> new RoundEvent.RevealVerified(site(in));
            case 9 -> new RoundEvent.Unmasked(new Digest(get(in)));
            case 10 -> new RoundEvent.IntegrityBroken();
            case 11 -> new RoundEvent.LeaderLost();
            case 12 -> new RoundEvent.MessageUnusable(site(in), text(in));
            case 13 -> new RoundEvent.TakenOver();
            default -> throw new IllegalStateException("round event of unknown kind " + kind);
        };
    }

    private static void put(ByteBuffer out, int kind, SiteId site) {
        out.put((byte) kind);
        put(out, Bytes.wrap(site.value().getBytes(StandardCharsets.UTF_8)));
    }

    private static void put(ByteBuffer out, Bytes bytes) {
        out.putShort((short) bytes.length()).put(bytes.unsafeArray());
    }

    private static SiteId site(ByteBuffer in) {
        return new SiteId(text(in));
    }

    private static String text(ByteBuffer in) {
        return new String(get(in).unsafeArray(), StandardCharsets.UTF_8);
    }

    private static Bytes get(ByteBuffer in) {
        var bytes = new byte[in.getShort()];
        in.get(bytes);
        return Bytes.wrap(bytes);
    }
}
