package io.confide.cli.bench;

import java.util.Locale;

/** Numbers as people read them. */
final class Units {
    private static final double KILO = 1000;

    private Units() {}

    static String bytes(double bytes) {
        if (bytes < KILO) {
            return String.format(Locale.ROOT, "%.0f B", bytes);
        }
        if (bytes < KILO * KILO) {
            return String.format(Locale.ROOT, "%.1f KB", bytes / KILO);
        }
        return bytes < KILO * KILO * KILO
                ? String.format(Locale.ROOT, "%.2f MB", bytes / KILO / KILO)
                : String.format(Locale.ROOT, "%.2f GB", bytes / KILO / KILO / KILO);
    }

    static String seconds(double seconds) {
        return seconds < 1
                ? String.format(Locale.ROOT, "%.3g ms", seconds * KILO)
                : String.format(Locale.ROOT, "%.2f s", seconds);
    }

    static String rate(double bytesPerSecond) {
        return String.format(Locale.ROOT, "%.1f GB/s", bytesPerSecond / KILO / KILO / KILO);
    }
}
