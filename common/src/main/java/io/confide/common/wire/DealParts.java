package io.confide.common.wire;

import io.confide.common.model.Digest;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.wire.v1.DealPart;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The parts of a Deal, which travel from the dealer to the coordinator and from there to the holder. */
final class DealParts {
    /** Side and sibling. */
    private static final int PATH_STEP_BYTES = 1 + Digest.BYTES;

    private DealParts() {}

    static List<DealPart> raw(SortedMap<Integer, SiteMessage.DealPart> parts) {
        var list = new ArrayList<DealPart>(parts.size());
        parts.forEach(
                (site, part) ->
                        list.add(
                                DealPart.newBuilder()
                                        .setSite(site)
                                        .setShareCiphertext(Fields.raw(part.shareCiphertext()))
                                        .setEhRoot(Fields.raw(part.ehRoot()))
                                        .setShareRoot(Fields.raw(part.shareRoot()))
                                        .setPath(Fields.raw(part.path()))
                                        .build()));
        return list;
    }

    static SortedMap<Integer, SiteMessage.DealPart> read(List<DealPart> list) throws WireException {
        var map = new TreeMap<Integer, SiteMessage.DealPart>();
        for (var part : list) {
            var path = Fields.atMost("path", part.getPath(), WireLimits.PATH_BYTES_MAX);
            if (path.length() % PATH_STEP_BYTES != Integer.BYTES) {
                throw new WireException("path is not a count and that many steps");
            }
            map.put(
                    Fields.ascending(map, part.getSite()),
                    new SiteMessage.DealPart(
                            Fields.atMost(
                                    "share_ciphertext",
                                    part.getShareCiphertext(),
                                    WireLimits.SHARE_CIPHERTEXT_BYTES_MAX),
                            Fields.hash("eh_root", part.getEhRoot()),
                            Fields.hash("share_root", part.getShareRoot()),
                            path));
        }
        return map;
    }
}
