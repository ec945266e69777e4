/// Which token comes next, given logits.
@NullMarked
package dev.mens.transformer.sampling;

import org.jspecify.annotations.NullMarked;
