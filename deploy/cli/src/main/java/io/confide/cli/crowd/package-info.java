/** Many sites at one coordinator: what each costs while it idles, and how they come back all at once. */
@NullMarked
package io.confide.cli.crowd;

import org.jspecify.annotations.NullMarked;
