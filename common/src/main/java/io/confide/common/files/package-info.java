/** The files people write, read strictly and with every problem named at once, and the canonical JSON of what is hashed; the only importer of Jackson and SnakeYAML. */
@NullMarked
package io.confide.common.files;

import org.jspecify.annotations.NullMarked;
