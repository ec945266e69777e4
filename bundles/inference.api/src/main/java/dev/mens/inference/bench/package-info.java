/// Measuring how fast this node runs a model, and how near that is to what its hardware allows.
///
/// A user (a command, a test) calls {@link dev.mens.inference.bench.Benchmark}. A backend may
/// register a {@link dev.mens.inference.bench.Yardstick}, which measures its device's limits and
/// opens a model on other threads or kernels than the backend's own; without one a report has
/// rates only.
@Export
@Version("1.0.0")
@NullMarked
package dev.mens.inference.bench;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
