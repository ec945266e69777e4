/// The kernel set on the JVM's Vector API, and the frame that the compiled kernels share.
///
/// {@link dev.mens.backend.cpu.vector.FastProgram} turns a network into a flat list of {@link
/// dev.mens.backend.cpu.vector.Step}s, which a team of threads walks together. A step is coarse
/// (a normalization of all rows, several projections at once, attention), so that calls that
/// the JIT cannot see through cost nothing; all vector code is static and monomorphic.
@NullMarked
package dev.mens.backend.cpu.vector;

import org.jspecify.annotations.NullMarked;
