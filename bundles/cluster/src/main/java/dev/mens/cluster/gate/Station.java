package dev.mens.cluster.gate;

import dev.mens.crypto.Hashing;
import java.time.Clock;

/// What every greeting of this node is made with.
///
/// @param software version of Mens
public record Station(Tls tls, Hashing hashing, String software, Clock clock) {}
