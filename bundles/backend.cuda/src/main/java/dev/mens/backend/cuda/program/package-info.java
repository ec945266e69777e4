/// A network on a device: where its weights lie, which kernels run in which order, and how batches
/// become rows of them.
@NullMarked
package dev.mens.backend.cuda.program;

import org.jspecify.annotations.NullMarked;
