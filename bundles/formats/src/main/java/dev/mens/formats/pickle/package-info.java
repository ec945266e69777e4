/// PyTorch checkpoints: pickles that can only make data, and the archives around them.
@NullMarked
package dev.mens.formats.pickle;

import org.jspecify.annotations.NullMarked;
