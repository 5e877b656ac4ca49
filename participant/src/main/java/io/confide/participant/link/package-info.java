/** The site's connections to the coordinator; the only importer of Vert.x in this module. */
@NullMarked
package io.confide.participant.link;

import org.jspecify.annotations.NullMarked;
