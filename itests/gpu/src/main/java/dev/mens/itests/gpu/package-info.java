/// What only a machine with an NVIDIA device can tell: parity with the goldens, speed beside the
/// device's limits, and behaviour under faults. {@link dev.mens.itests.gpu.GpuSuite} runs it from a
/// folder that needs a Java runtime and nothing else.
@NullMarked
package dev.mens.itests.gpu;

import org.jspecify.annotations.NullMarked;
