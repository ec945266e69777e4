/// Measures how fast models run here, through whatever backend serves them.
@NullMarked
package dev.mens.bench;

import org.jspecify.annotations.NullMarked;
