/// Tensors, the networks made of them, and the {@link dev.mens.compute.Kernels} of a device
/// that runs them; also what a machine has ({@link dev.mens.compute.Hardware}).
///
/// A model reaches a device as one {@link dev.mens.compute.Network}: pure data that says which
/// blocks follow each other and which tensors they use. A device prepares it once, packing or
/// uploading
/// weights as it likes, and then advances any number of sequences at a time. Nothing finer crosses
/// this seam, so a device is free to fuse, to reorder, and to capture whole steps as graphs.
@Export
@Version("1.4.0")
@NullMarked
package dev.mens.compute;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
