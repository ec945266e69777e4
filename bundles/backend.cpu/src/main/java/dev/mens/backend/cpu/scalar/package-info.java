/// The plain interpreter of networks, written to be read and believed, not to be fast.
@NullMarked
package dev.mens.backend.cpu.scalar;

import org.jspecify.annotations.NullMarked;
