package dev.mens.backend.cuda.program;

import dev.mens.compute.Tensor;

/// A tensor of the network and where it goes. A single row is written without padding, so that
/// vectors can lie side by side.
///
/// @param to of the tensor's shape; its type says what to make of the elements
record Upload(Tensor from, DeviceMatrix to) {}
