package dev.mens.backend.cpu;

import dev.mens.compute.Kernels;

/// Kernels that own something: threads, a native library. Close its programs first.
public interface KernelSet extends Kernels, AutoCloseable {
    @Override
    void close();
}
