package io.confide.common.secagg.site;

import io.confide.common.crypto.CtrRandom;
import io.confide.common.crypto.Seed;
import io.confide.common.encoding.Codec;
import io.confide.common.encoding.Segment;
import io.confide.common.encoding.Values;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.server.Acceptance;
import io.confide.common.secagg.server.Unmasked;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A round of four sites and their coordinator in one process, whose vectors are in files: for a process with a small heap. */
final class LongVectors {
    private static final int SITES = 4;
    private static final double RANGE = 1;

    private LongVectors() {}

    /** Elements of every vector, whether it is made in leaves or as an array, and where files may lie. */
    public static void main(String[] arguments) throws Exception {
        int length = Integer.parseInt(arguments[0]);
        var codec = Codec.of(List.of(new Segment.Reals("update", length, RANGE, 16)), SITES);
        var payload = Map.<String, Values>of("update", new Wave(length));
        if (arguments[1].equals("array")) {
            // What an array of its words would take.
            System.out.println(new long[codec.words()].length);
            return;
        }
        round(codec, payload, Path.of(arguments[2]));
        System.out.println("exact");
    }

    private static void round(Codec codec, Map<String, Values> payload, Path directory)
            throws Exception {
        var consortium = Consortium.of(SITES, 1);
        consortium.words = codec.words();
        consortium.setUp(1, 1, 1);
        try (var round = consortium.round(1, consortium.all())) {
            for (int site = 0; site < SITES; site++) {
                var file = directory.resolve("y" + site);
                consortium.records.get(site).growing = Optional.of(new FiledInput(file));
                consortium.deliver(site, round.open());
                var made =
                        consortium
                                .sites
                                .get(site)
                                .input(
                                        1,
                                        codec.encodingOf(payload, rounding()),
                                        Consortium.dataVersion());
                if (!(made instanceof Reaction.Upload upload)
                        || !(round.fold(site, upload.message().header(), upload.vector())
                                instanceof Acceptance.Accepted)) {
                    throw new IllegalStateException("site " + site + ": " + made);
                }
                Files.delete(file);
            }
            var cert = round.fastCert().orElseThrow();
            for (int site = 0; site < SITES; site++) {
                round.reveal(site, consortium.answer(SiteMessage.Reveal.class, site, cert));
            }
            var sum = (Unmasked.Sum) round.unmask();
            codec.decode(
                    sum.vector(),
                    SITES,
                    (_, from, values, count) -> {
                        for (int at = 0; at < count; at++) {
                            double off = values[at] - SITES * Wave.at(from + at);
                            if (Math.abs(off) > SITES * 2 * RANGE / 65_535) {
                                throw new IllegalStateException("element " + (from + at));
                            }
                        }
                    });
        }
    }

    private static CtrRandom rounding() {
        return CtrRandom.of(Seed.copyOf(new byte[32]));
    }

    /** Values that are nowhere before they are asked for. */
    private record Wave(int length) implements Values {
        static double at(int element) {
            return (element % 1999 - 999) / 1000.0;
        }

        @Override
        public void read(int from, double[] into, int count) {
            for (int at = 0; at < count; at++) {
                into[at] = at(from + at);
            }
        }
    }
}
