/// Where weights lie.
@NullMarked
package dev.mens.backend.cpu.memory;

import org.jspecify.annotations.NullMarked;
