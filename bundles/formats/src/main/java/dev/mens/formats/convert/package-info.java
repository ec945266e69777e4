/// Streams tensors from where they are stored to SafeTensors, converting on the way.
@NullMarked
package dev.mens.formats.convert;

import org.jspecify.annotations.NullMarked;
