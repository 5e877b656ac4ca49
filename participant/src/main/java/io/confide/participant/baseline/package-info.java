/**
 * What a federated model is compared with where the data are public or synthetic: every site alone, and all
 * rows pooled, which a real consortium never could. For the demo and tests; nothing here runs at a site.
 */
@NullMarked
package io.confide.participant.baseline;

import org.jspecify.annotations.NullMarked;
