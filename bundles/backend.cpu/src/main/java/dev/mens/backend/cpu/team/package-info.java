/// Threads that compute together, step by step.
@NullMarked
package dev.mens.backend.cpu.team;

import org.jspecify.annotations.NullMarked;
