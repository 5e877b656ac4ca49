/** The coordinator as its REST API shows it; nothing here knows how it works inside. */
@NullMarked
package io.confide.cli.remote;

import org.jspecify.annotations.NullMarked;
