/// The kernel set with C kernels, called through `java.lang.foreign`: quantized weights in
/// panels, multiplied by activations of 8 bits. Everything else is the Vector API's.
@NullMarked
package dev.mens.backend.cpu.compiled;

import org.jspecify.annotations.NullMarked;
