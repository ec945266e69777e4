/// Model folders on any device's kernels: families as data, batching, sampling and streaming.
@NullMarked
package dev.mens.transformer;

import org.jspecify.annotations.NullMarked;
