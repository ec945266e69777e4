/// What this machine has. `ProbedHardware` runs every `Probe` against a `Machine`, records each
/// attempt and caches the report; whatever no probe proves is 0.
@NullMarked
package dev.mens.policy.hardware;

import org.jspecify.annotations.NullMarked;
