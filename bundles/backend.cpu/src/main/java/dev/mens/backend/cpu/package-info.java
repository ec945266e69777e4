/// The backend that everybody has: runs networks on the processor.
///
/// {@link dev.mens.backend.cpu.CpuBackend} is the service. It picks the fastest kernel set that
/// works here ({@link dev.mens.backend.cpu.KernelSets}) and leaves tokens and streams to the
/// `Transformer`. The kernel sets compute the same thing: `scalar` is plain and obviously
/// right, the twin that all others are tested against.
@NullMarked
package dev.mens.backend.cpu;

import org.jspecify.annotations.NullMarked;
