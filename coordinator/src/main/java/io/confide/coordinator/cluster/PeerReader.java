package io.confide.coordinator.cluster;

import io.confide.common.governance.Actor;
import io.confide.common.governance.Role;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.wire.CoordinatorBody;
import io.confide.common.wire.SiteBody;
import io.confide.common.wire.WireCodec;
import io.confide.common.wire.WireException;
import io.confide.coordinator.port.FencingToken;
import io.confide.coordinator.port.LocalJobs.Led;
import io.confide.coordinator.port.SiteInbox;
import io.confide.coordinator.port.Views.DelaysView;
import io.confide.coordinator.port.Views.EventView;
import io.confide.coordinator.port.Views.OpenRoundView;
import io.confide.coordinator.port.Views.RunningView;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;

/** Reads what {@link PeerWriter} wrote. */
final class PeerReader {
    private final ByteBuffer in;

    private PeerReader(byte[] bytes) {
        this.in = ByteBuffer.wrap(bytes);
    }

    /** @throws WireException if another version, or nobody of ours, wrote {@code bytes} */
    static PeerMail mail(byte[] bytes) throws WireException {
        return whole(bytes, PeerReader::mail);
    }

    /** @throws WireException as {@link #mail} */
    static List<RunningView> running(byte[] bytes) throws WireException {
        return whole(bytes, reader -> reader.each(reader::running));
    }

    private interface Form<T> {
        T read(PeerReader from) throws WireException;
    }

    private static <T> T whole(byte[] bytes, Form<T> form) throws WireException {
        try {
            var reader = new PeerReader(bytes);
            var read = form.read(reader);
            if (reader.in.hasRemaining()) {
                throw new WireException("a member says more than it should");
            }
            return read;
        } catch (BufferUnderflowException
                | IllegalArgumentException
                | IndexOutOfBoundsException
                | ArithmeticException
                | DecodeException e) {
            throw new WireException("a member says something else than this version knows", e);
        }
    }

    private PeerMail mail() throws WireException {
        return switch (PeerKind.valueOf(text())) {
            case SITE_ARRIVED ->
                    new PeerMail.SiteArrived(
                            site(),
                            greeting(),
                            SiteInbox.Session.valueOf(text()),
                            new TreeSet<>(each(this::job)));
            case SITES_HERE -> new PeerMail.SitesHere(sites());
            case SITE_LEFT -> new PeerMail.SiteLeft(site());
            case SITE_TURNED_AWAY ->
                    new PeerMail.SiteTurnedAway(site(), Duration.ofMillis(in.getLong()));
            case SITE_SAID -> new PeerMail.SiteSaid(site(), siteBody());
            case TELL_SITE -> new PeerMail.TellSite(site(), coordinatorBody());
            case LEADS -> new PeerMail.Leads(each(this::led));
            case READS -> new PeerMail.Reads(Set.copyOf(each(this::job)));
            case DELAYS_HERE -> new PeerMail.DelaysHere(delays());
            case HAPPENED -> new PeerMail.Happened(job(), event());
            case VECTOR_BYTES -> new PeerMail.VectorBytes(job(), in.getLong(), site());
            case STORE_CHUNK ->
                    new PeerMail.StoreChunk(job(), in.getLong(), site(), index(), bytes());
            case HAVE_CHUNKS -> new PeerMail.HaveChunks(job(), in.getLong(), site());
            case MODEL_BYTES -> new PeerMail.ModelBytes(new Digest(bytes()));
            case INTERVENE ->
                    new PeerMail.Intervene(PeerMail.Intervention.valueOf(text()), job(), actor());
            case READ_HERE -> new PeerMail.ReadHere(job());
            case RUNNING_HERE -> new PeerMail.RunningHere();
        };
    }

    private SortedMap<SiteId, SiteBody.Greeting> sites() throws WireException {
        var sites = new TreeMap<SiteId, SiteBody.Greeting>();
        for (int left = index(); left > 0; left--) {
            sites.put(site(), greeting());
        }
        return sites;
    }

    private SortedMap<SiteId, DelaysView> delays() {
        var sites = new TreeMap<SiteId, DelaysView>();
        for (int left = index(); left > 0; left--) {
            sites.put(site(), new DelaysView(index(), maybe(), maybe(), drops()));
        }
        return sites;
    }

    private Map<String, Integer> drops() {
        var drops = new TreeMap<String, Integer>();
        for (int left = index(); left > 0; left--) {
            drops.put(text(), index());
        }
        return drops;
    }

    private OptionalLong maybe() {
        long value = in.getLong();
        return value < 0 ? OptionalLong.empty() : OptionalLong.of(value);
    }

    private Actor actor() {
        String id = text();
        var roles = Set.copyOf(each(() -> Role.valueOf(text())));
        return new Actor(id, roles, each(this::site).stream().findFirst());
    }

    private Led led() {
        var job = job();
        var token = new FencingToken(in.getLong());
        var processes = new TreeMap<SiteId, Bytes>();
        for (int left = index(); left > 0; left--) {
            processes.put(site(), bytes());
        }
        return new Led(job, token, processes);
    }

    private EventView event() {
        return new EventView(in.getLong(), time(), text(), new JsonObject(text()).getMap());
    }

    private RunningView running() {
        String job = text();
        var left = maybe();
        var open =
                each(
                        () ->
                                new OpenRoundView(
                                        in.getLong(),
                                        time(),
                                        time(),
                                        each(this::text),
                                        Set.copyOf(each(this::text)),
                                        Set.copyOf(each(this::text))));
        return new RunningView(job, left, open.stream().findFirst());
    }

    private SiteBody.Greeting greeting() throws WireException {
        if (siteBody() instanceof SiteBody.Greeting greeting) {
            return greeting;
        }
        throw new WireException("a member says that a site came without a greeting");
    }

    private SiteBody siteBody() throws WireException {
        return WireCodec.decodeSite(bytes().unsafeArray()).body();
    }

    private CoordinatorBody coordinatorBody() throws WireException {
        return WireCodec.decodeCoordinator(bytes().unsafeArray()).body();
    }

    private JobId job() {
        return new JobId(new UUID(in.getLong(), in.getLong()));
    }

    private SiteId site() {
        return new SiteId(text());
    }

    private Instant time() {
        return Instant.ofEpochSecond(in.getLong(), in.getLong());
    }

    private <T> List<T> each(Supplier<T> read) {
        var all = new ArrayList<T>();
        for (int left = index(); left > 0; left--) {
            all.add(read.get());
        }
        return List.copyOf(all);
    }

    private String text() {
        return new String(bytes().unsafeArray(), StandardCharsets.UTF_8);
    }

    private Bytes bytes() {
        int length = index();
        if (length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        var content = new byte[length];
        in.get(content);
        return Bytes.wrap(content);
    }

    private int index() {
        int value = Math.toIntExact(in.getLong());
        if (value < 0) {
            throw new IllegalArgumentException("a count is not negative");
        }
        return value;
    }
}
