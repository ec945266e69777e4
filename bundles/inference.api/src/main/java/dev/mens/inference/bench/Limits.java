package dev.mens.inference.bench;

/// What a device does at best, measured.
///
/// @param bytesPerSecond read from its memory
/// @param flopsPerSecond of the kernels' own products, from data in the caches; a multiplication
///     and an addition are two
public record Limits(double bytesPerSecond, double flopsPerSecond) {}
