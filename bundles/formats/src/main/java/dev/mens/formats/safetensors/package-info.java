/// SafeTensors: the only format that weights are used from.
@NullMarked
package dev.mens.formats.safetensors;

import org.jspecify.annotations.NullMarked;
