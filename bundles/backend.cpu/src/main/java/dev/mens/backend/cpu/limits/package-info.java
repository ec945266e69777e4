/// What the processor and its memory do at best, measured, so that speeds can be judged.
@NullMarked
package dev.mens.backend.cpu.limits;

import org.jspecify.annotations.NullMarked;
