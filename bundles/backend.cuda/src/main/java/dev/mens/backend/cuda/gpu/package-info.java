/// A device as this backend needs it: memory by address, kernels by name, work in order, graphs.
/// Everything above it runs as well on a recording of such a device, which tests bring.
@NullMarked
package dev.mens.backend.cuda.gpu;

import org.jspecify.annotations.NullMarked;
