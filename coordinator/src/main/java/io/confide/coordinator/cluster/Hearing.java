package io.confide.coordinator.cluster;

import io.confide.common.governance.Actor;
import io.confide.common.model.JobId;
import io.confide.coordinator.port.JobDesk;

/** What is done with what other members say. */
final class Hearing {
    private final Whereabouts whereabouts;
    private final Readers readers;
    private final DelaysElsewhere delays;
    private final ClusterNode.Local local;

    Hearing(
            Whereabouts whereabouts,
            Readers readers,
            DelaysElsewhere delays,
            ClusterNode.Local local) {
        this.whereabouts = whereabouts;
        this.readers = readers;
        this.delays = delays;
        this.local = local;
    }

    /** On one event loop, in order for each member. */
    void told(String member, PeerMail.Told mail) {
        var jobs = local.jobs();
        switch (mail) {
            case PeerMail.SiteArrived(var site, var greeting, var session, var goOn) -> {
                whereabouts.arrived(member, site, greeting);
                jobs.connected(site, greeting, session, goOn);
            }
            case PeerMail.SitesHere(var sites) -> {
                var change = whereabouts.areAt(member, sites);
                change.gone().forEach(jobs::lost);
                change.come().forEach(jobs::present);
            }
            case PeerMail.SiteLeft(var site) -> {
                if (whereabouts.left(member, site)) {
                    jobs.lost(site);
                }
            }
            case PeerMail.SiteTurnedAway(var site, var ahead) -> jobs.turnedAway(site, ahead);
            case PeerMail.SiteSaid(var site, var body) -> jobs.received(site, body);
            case PeerMail.TellSite(var site, var body) -> local.connections().send(site, body);
            case PeerMail.Leads(var all) -> whereabouts.leads(member, all);
            case PeerMail.Reads(var all) -> whereabouts.reads(member, all);
            case PeerMail.DelaysHere(var sites) -> delays.told(member, sites);
            case PeerMail.Happened(var job, var event) -> readers.happened(job, event);
        }
    }

    /** The member is gone, and with it every connection to it. */
    void gone(String member) {
        delays.gone(member);
        whereabouts.gone(member).forEach(local.jobs()::lost);
    }

    byte[] answer(String member, PeerMail.Asked question) {
        return switch (question) {
            case PeerMail.VectorBytes(var job, var round, var site) ->
                    ClusterRounds.answer(local.jobs().vectorBytes(job, round, site));
            case PeerMail.StoreChunk(var job, var round, var site, var chunk, var content) -> {
                local.staging().store(job, round, site, chunk, content);
                yield new byte[0];
            }
            case PeerMail.HaveChunks(var job, var round, var site) ->
                    local.staging().have(job, round, site).toByteArray();
            case PeerMail.ModelBytes(var hash) ->
                    ClusterModels.answer(local.desk().modelState(hash));
            case PeerMail.Intervene(var what, var job, var actor) -> {
                intervene(what, job, actor);
                yield new byte[0];
            }
            case PeerMail.ReadHere(var job) -> {
                whereabouts.readsAsWell(member, job);
                yield new byte[0];
            }
            case PeerMail.RunningHere() -> PeerWriter.running(local.desk().running());
        };
    }

    private void intervene(PeerMail.Intervention what, JobId job, Actor actor) {
        JobDesk desk = local.desk();
        switch (what) {
            case CANCEL -> desk.cancel(job, actor);
            case PAUSE -> desk.pause(job, actor);
            case RESUME -> desk.resume(job, actor);
        }
    }
}
