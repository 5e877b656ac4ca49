package io.confide.coordinator.cluster;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.wire.CoordinatorBody;
import io.confide.common.wire.Frame;
import io.confide.common.wire.SiteBody;
import io.confide.common.wire.WireCodec;
import io.confide.coordinator.port.LocalJobs.Led;
import io.confide.coordinator.port.Views.DelaysView;
import io.confide.coordinator.port.Views.EventView;
import io.confide.coordinator.port.Views.RunningView;
import io.vertx.core.json.JsonObject;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.function.Consumer;

/** Bytes of what members tell each other; {@link PeerReader} reads them. All members run the same version. */
final class PeerWriter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    static byte[] of(PeerMail mail) {
        var writer = new PeerWriter();
        writer.write(mail);
        return writer.bytes.toByteArray();
    }

    static byte[] running(Collection<RunningView> views) {
        var writer = new PeerWriter();
        writer.each(views, writer::running);
        return writer.bytes.toByteArray();
    }

    private void write(PeerMail mail) {
        text(PeerKind.of(mail).name());
        switch (mail) {
            case PeerMail.SiteArrived(var site, var greeting, var session, var goOn) -> {
                text(site.value());
                body(greeting);
                text(session.name());
                each(goOn, this::job);
            }
            case PeerMail.SitesHere(var sites) ->
                    each(
                            sites.entrySet(),
                            here -> {
                                text(here.getKey().value());
                                body(here.getValue());
                            });
            case PeerMail.SiteLeft(var site) -> text(site.value());
            case PeerMail.SiteTurnedAway(var site, var ahead) -> {
                text(site.value());
                number(ahead.toMillis());
            }
            case PeerMail.SiteSaid(var site, var body) -> {
                text(site.value());
                body(body);
            }
            case PeerMail.TellSite(var site, var body) -> {
                text(site.value());
                body(body);
            }
            case PeerMail.Leads(var jobs) -> each(jobs, this::led);
            case PeerMail.Reads(var jobs) -> each(jobs, this::job);
            case PeerMail.DelaysHere(var sites) -> each(sites.entrySet(), this::delays);
            case PeerMail.Happened(var job, var event) -> {
                job(job);
                event(event);
            }
            case PeerMail.VectorBytes(var job, var round, var site) -> {
                job(job);
                number(round);
                text(site.value());
            }
            case PeerMail.StoreChunk(var job, var round, var site, var chunk, var content) -> {
                job(job);
                number(round);
                text(site.value());
                number(chunk);
                bytes(content);
            }
            case PeerMail.HaveChunks(var job, var round, var site) -> {
                job(job);
                number(round);
                text(site.value());
            }
            case PeerMail.ModelBytes(var hash) -> bytes(hash.value());
            case PeerMail.Intervene(var what, var job, var actor) -> {
                text(what.name());
                job(job);
                text(actor.id());
                each(actor.roles(), role -> text(role.name()));
                each(actor.site().stream().toList(), site -> text(site.value()));
            }
            case PeerMail.ReadHere(var job) -> job(job);
            case PeerMail.RunningHere() -> {}
        }
    }

    private void delays(Map.Entry<SiteId, DelaysView> site) {
        var view = site.getValue();
        text(site.getKey().value());
        number(view.rounds());
        number(view.usualUnderMillis().orElse(-1));
        number(view.slowestUnderMillis().orElse(-1));
        each(
                view.drops().entrySet(),
                drop -> {
                    text(drop.getKey());
                    number(drop.getValue());
                });
    }

    private void led(Led led) {
        job(led.job());
        number(led.token().value());
        each(
                led.processes().entrySet(),
                process -> {
                    text(process.getKey().value());
                    bytes(process.getValue());
                });
    }

    private void event(EventView event) {
        number(event.sequence());
        time(event.time());
        text(event.kind());
        text(new JsonObject(event.data()).encode());
    }

    private void running(RunningView view) {
        text(view.job());
        number(view.roundsLeft().orElse(-1));
        each(
                view.open().stream().toList(),
                open -> {
                    number(open.round());
                    time(open.opened());
                    time(open.closes());
                    each(open.cohort(), this::text);
                    each(open.stored(), this::text);
                    each(open.lost(), this::text);
                });
    }

    private void body(SiteBody body) {
        bytes(Bytes.wrap(WireCodec.encodeSite(new Frame<>(0, 0, body))));
    }

    private void body(CoordinatorBody body) {
        bytes(Bytes.wrap(WireCodec.encodeCoordinator(new Frame<>(0, 0, body))));
    }

    private void job(JobId job) {
        number(job.value().getMostSignificantBits());
        number(job.value().getLeastSignificantBits());
    }

    private void time(Instant time) {
        number(time.getEpochSecond());
        number(time.getNano());
    }

    private <T> void each(Collection<T> all, Consumer<T> write) {
        number(all.size());
        all.forEach(write);
    }

    private void text(String text) {
        bytes(Bytes.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private void bytes(Bytes content) {
        number(content.length());
        try {
            out.write(content.unsafeArray());
        } catch (IOException e) {
            throw inMemory(e);
        }
    }

    private void number(long value) {
        try {
            out.writeLong(value);
        } catch (IOException e) {
            throw inMemory(e);
        }
    }

    private static UncheckedIOException inMemory(IOException e) {
        return new UncheckedIOException("writing to memory", e);
    }
}
