package io.confide.coordinator.cluster;

/** The first word of what a member says. */
enum PeerKind {
    SITE_ARRIVED,
    SITES_HERE,
    SITE_LEFT,
    SITE_TURNED_AWAY,
    SITE_SAID,
    TELL_SITE,
    LEADS,
    READS,
    DELAYS_HERE,
    HAPPENED,
    VECTOR_BYTES,
    STORE_CHUNK,
    HAVE_CHUNKS,
    MODEL_BYTES,
    INTERVENE,
    READ_HERE,
    RUNNING_HERE;

    static PeerKind of(PeerMail mail) {
        return switch (mail) {
            case PeerMail.SiteArrived _ -> SITE_ARRIVED;
            case PeerMail.SitesHere _ -> SITES_HERE;
            case PeerMail.SiteLeft _ -> SITE_LEFT;
            case PeerMail.SiteTurnedAway _ -> SITE_TURNED_AWAY;
            case PeerMail.SiteSaid _ -> SITE_SAID;
            case PeerMail.TellSite _ -> TELL_SITE;
            case PeerMail.Leads _ -> LEADS;
            case PeerMail.Reads _ -> READS;
            case PeerMail.DelaysHere _ -> DELAYS_HERE;
            case PeerMail.Happened _ -> HAPPENED;
            case PeerMail.VectorBytes _ -> VECTOR_BYTES;
            case PeerMail.StoreChunk _ -> STORE_CHUNK;
            case PeerMail.HaveChunks _ -> HAVE_CHUNKS;
            case PeerMail.ModelBytes _ -> MODEL_BYTES;
            case PeerMail.Intervene _ -> INTERVENE;
            case PeerMail.ReadHere _ -> READ_HERE;
            case PeerMail.RunningHere _ -> RUNNING_HERE;
        };
    }
}
