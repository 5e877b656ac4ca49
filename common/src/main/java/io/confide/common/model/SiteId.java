package io.confide.common.model;

import java.util.regex.Pattern;

/** The name of a site: 1 to 63 lower-case letters, digits and hyphens, starting with a letter or digit. */
public record SiteId(String value) implements Comparable<SiteId> {
    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    public SiteId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "a site name has 1 to 63 lower-case letters, digits and hyphens");
        }
    }

    @Override
    public int compareTo(SiteId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
