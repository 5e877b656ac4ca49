/** Public example data: fetched through the machine's package source, checked by SHA-256, never committed. */
@NullMarked
package io.confide.cli.data;

import org.jspecify.annotations.NullMarked;
