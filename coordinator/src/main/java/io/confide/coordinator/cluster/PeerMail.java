package io.confide.coordinator.cluster;

import io.confide.common.governance.Actor;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.wire.CoordinatorBody;
import io.confide.common.wire.SiteBody;
import io.confide.coordinator.port.LocalJobs.Led;
import io.confide.coordinator.port.SiteInbox;
import io.confide.coordinator.port.Views.DelaysView;
import io.confide.coordinator.port.Views.EventView;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;

/** What one member of a cluster says to another. */
sealed interface PeerMail {
    /** Told, and not answered. */
    sealed interface Told extends PeerMail {}

    /** Asked; the answer is bytes whose form the question fixes. */
    sealed interface Asked extends PeerMail {}

    /**
     * The site has greeted here, and was told that {@code goOn} go on with its process. What it says next comes after this.
     */
    record SiteArrived(
            SiteId site,
            SiteBody.Greeting greeting,
            SiteInbox.Session session,
            SortedSet<JobId> goOn)
            implements Told {}

    /** All sites that are connected to the sender, told now and then: single messages may be lost. */
    record SitesHere(SortedMap<SiteId, SiteBody.Greeting> sites) implements Told {}

    record SiteLeft(SiteId site) implements Told {}

    record SiteTurnedAway(SiteId site, Duration ahead) implements Told {}

    record SiteSaid(SiteId site, SiteBody body) implements Told {}

    /** To be passed on to a site that is connected to the receiver. */
    record TellSite(SiteId site, CoordinatorBody body) implements Told {}

    /** All jobs that the sender leads now. */
    record Leads(List<Led> jobs) implements Told {}

    /** All jobs whose events somebody reads at the sender. */
    record Reads(Set<JobId> jobs) implements Told {}

    /**
     * How long sites took in the jobs that the sender led, told now and then: classes, as its own page shows them, because a
     * time tells something of how many rows a site has.
     */
    record DelaysHere(SortedMap<SiteId, DelaysView> sites) implements Told {}

    record Happened(JobId job, EventView event) implements Told {}

    /** How many bytes the leader takes from the site: 8 bytes, or none if it takes nothing. */
    record VectorBytes(JobId job, long round, SiteId site) implements Asked {}

    /** Stages a chunk at the leader: no bytes. */
    record StoreChunk(JobId job, long round, SiteId site, int chunk, Bytes content)
            implements Asked {}

    /** Which chunks are staged at the leader: the bitmap. */
    record HaveChunks(JobId job, long round, SiteId site) implements Asked {}

    /** A model that sites need now: its bytes after a 1, or nothing. */
    record ModelBytes(Digest hash) implements Asked {}

    /** Somebody asks something of a job that the receiver leads: no bytes. */
    record Intervene(Intervention what, JobId job, Actor actor) implements Asked {}

    /** Somebody begins to read the events of {@code job} at the sender: no bytes, and all that follow are told. */
    record ReadHere(JobId job) implements Asked {}

    /** How far the jobs are that the receiver leads. */
    record RunningHere() implements Asked {}

    /** What may be asked of a running job. */
    enum Intervention {
        CANCEL,
        PAUSE,
        RESUME
    }
}
