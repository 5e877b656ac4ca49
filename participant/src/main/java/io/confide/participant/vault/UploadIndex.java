package io.confide.participant.vault;

import io.confide.common.secagg.site.SiteRecords.InputKey;

import java.nio.ByteBuffer;
import java.util.stream.LongStream;

/**
 * Where in the journal the records of used inputs are, by a hash of the inputs: 24 bytes at most for each, as a site keeps them for
 * good. Records of other inputs may have the same hash, so that what is found has to be read and compared. One thread.
 */
final class UploadIndex {
    /** A slot has a hash and a place. */
    static final int SLOT_BYTES = Integer.BYTES + Long.BYTES;

    private static final int SLOTS_LEAST = 64;

    /** Of four slots at most three are in use: searches stay short. */
    private static final int USED_OF_FOUR = 3;

    private int[] hashes = new int[SLOTS_LEAST];
    private long[] places = new long[SLOTS_LEAST];
    private int size;

    /** Remembers that a record of {@code inputs} is at {@code place}, which is above 0. */
    void add(InputKey inputs, long place) {
        add(hash(inputs), place);
    }

    /** The places of all records that may be of {@code inputs}, in the order of the journal. */
    LongStream find(InputKey inputs) {
        return find(hash(inputs));
    }

    void add(int hash, long place) {
        if (place <= 0) {
            throw new IllegalArgumentException("a record is not at " + place);
        }
        if (4L * (size + 1) > (long) USED_OF_FOUR * places.length) {
            grow();
        }
        put(hash, place);
        size++;
    }

    LongStream find(int hash) {
        var found = LongStream.builder();
        for (int slot = first(hash); places[slot] != 0; slot = next(slot)) {
            if (hashes[slot] == hash) {
                found.add(places[slot]);
            }
        }
        return found.build().sorted();
    }

    int size() {
        return size;
    }

    /** What the slots take. */
    long bytes() {
        return (long) SLOT_BYTES * places.length;
    }

    /** By half as much again: after it at least half of the slots are in use. */
    private void grow() {
        int[] oldHashes = hashes;
        long[] oldPlaces = places;
        int length = Math.toIntExact(places.length + places.length / 2L);
        hashes = new int[length];
        places = new long[length];
        for (int slot = 0; slot < oldPlaces.length; slot++) {
            if (oldPlaces[slot] != 0) {
                put(oldHashes[slot], oldPlaces[slot]);
            }
        }
    }

    private void put(int hash, long place) {
        int slot = first(hash);
        while (places[slot] != 0) {
            slot = next(slot);
        }
        hashes[slot] = hash;
        places[slot] = place;
    }

    private int first(int hash) {
        return (int) ((Integer.toUnsignedLong(hash) * places.length) >>> Integer.SIZE);
    }

    private int next(int slot) {
        return slot + 1 == places.length ? 0 : slot + 1;
    }

    /** The three are SHA-256, and differ in the model nearly always. */
    private static int hash(InputKey inputs) {
        return head(inputs.model().value().unsafeArray())
                ^ Integer.rotateLeft(head(inputs.config().value().unsafeArray()), 11)
                ^ Integer.rotateLeft(head(inputs.dataVersion().value().unsafeArray()), 22);
    }

    private static int head(byte[] digest) {
        return ByteBuffer.wrap(digest).getInt();
    }
}
