package dev.mens.itests.bench;

/// What both sides do.
///
/// @param prefill tokens of the prompt
/// @param decode tokens generated
record Load(int prefill, int decode) {}
