/** What a finished job leaves behind: safetensors, manifest and model card, byte for byte reproducible. */
@NullMarked
package io.confide.common.artifact;

import org.jspecify.annotations.NullMarked;
