/// NVIDIA devices as an inference backend. `gpu` is what we need of a device, `jcuda` that device
/// by JCuda and the driver's own library, `memory` the accounts of what it holds, and `program` a
/// network on it. docs/decisions says why it is cut so.
@NullMarked
package dev.mens.backend.cuda;

import org.jspecify.annotations.NullMarked;
