package io.confide.coordinator.round;

import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Immutable sorted collections: whatever has an order must have the same one in every replay. */
final class Sets {
    private Sets() {}

    static <T extends Comparable<T>> SortedSet<T> copyOf(Iterable<T> set) {
        var copy = new TreeSet<T>();
        set.forEach(copy::add);
        return Collections.unmodifiableSortedSet(copy);
    }

    static <T extends Comparable<T>> SortedSet<T> plus(SortedSet<T> set, T element) {
        var copy = new TreeSet<>(set);
        copy.add(element);
        return Collections.unmodifiableSortedSet(copy);
    }

    static <T extends Comparable<T>> SortedSet<T> minus(SortedSet<T> set, T element) {
        var copy = new TreeSet<>(set);
        copy.remove(element);
        return Collections.unmodifiableSortedSet(copy);
    }

    static <K extends Comparable<K>, V> SortedMap<K, V> copyOf(SortedMap<K, V> map) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }

    static <K extends Comparable<K>, V> SortedMap<K, V> plus(SortedMap<K, V> map, K key, V value) {
        var copy = new TreeMap<>(map);
        copy.put(key, value);
        return Collections.unmodifiableSortedMap(copy);
    }

    static <K extends Comparable<K>, V> SortedMap<K, V> minus(SortedMap<K, V> map, K key) {
        var copy = new TreeMap<>(map);
        copy.remove(key);
        return Collections.unmodifiableSortedMap(copy);
    }

    static <K extends Comparable<K>> SortedSet<K> keys(SortedMap<K, ?> map) {
        return Collections.unmodifiableSortedSet(new TreeSet<>(map.keySet()));
    }
}
