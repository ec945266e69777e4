package dev.mens.itests.bench;

/// Tokens per second; 0 where nothing was asked for.
record Speed(double prefill, double decode) {}
