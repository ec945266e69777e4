/// Starts a node from an unpacked distribution. Runs on the class path, outside of OSGi, and knows
/// nothing of what the bundles do.
@NullMarked
package dev.mens.launcher;

import org.jspecify.annotations.NullMarked;
