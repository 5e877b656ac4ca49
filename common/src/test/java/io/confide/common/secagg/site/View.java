package io.confide.common.secagg.site;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Everything the coordinator sent and received: its complete view of epochs and rounds. */
final class View {
    record Entry(int site, Record message) {}

    /** What a site took without refusing it: enough to bring another process into the same state. */
    sealed interface Taken {
        int site();

        record Message(int site, CoordinatorMessage message) implements Taken {}

        record Input(int site, long round, long[] words) implements Taken {}
    }

    final List<Taken> taken = new ArrayList<>();
    final List<Entry> fromSites = new ArrayList<>();
    final List<Entry> toSites = new ArrayList<>();

    void sent(int site, CoordinatorMessage message) {
        toSites.add(new Entry(site, (Record) message));
    }

    void received(int site, SiteMessage message) {
        fromSites.add(new Entry(site, (Record) message));
    }

    <M extends SiteMessage> Stream<Map.Entry<Integer, M>> received(Class<M> type) {
        return fromSites.stream()
                .filter(entry -> type.isInstance(entry.message()))
                .map(entry -> Map.entry(entry.site(), type.cast(entry.message())));
    }

    /** Every byte string in every message, in both directions. */
    List<byte[]> allBytes() {
        var all = new ArrayList<byte[]>();
        Stream.concat(fromSites.stream(), toSites.stream())
                .forEach(entry -> walk(entry.message(), bytes -> all.add(bytes.toArray())));
        return all;
    }

    static void walk(Object value, Consumer<Bytes> visit) {
        switch (value) {
            case Bytes bytes -> visit.accept(bytes);
            case Digest digest -> visit.accept(digest.value());
            case SignedBody signed -> {
                visit.accept(signed.body());
                visit.accept(signed.signature());
            }
            case Map<?, ?> map -> map.values().forEach(each -> walk(each, visit));
            case Collection<?> list -> list.forEach(each -> walk(each, visit));
            case java.util.Optional<?> optional -> optional.ifPresent(each -> walk(each, visit));
            case Record record -> walkFields(record, visit);
            default -> {
                // Numbers and names.
            }
        }
    }

    private static void walkFields(Record record, Consumer<Bytes> visit) {
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            try {
                var accessor = component.getAccessor();
                accessor.setAccessible(true);
                walk(accessor.invoke(record), visit);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
