/// Weights in files: SafeTensors for use, and the foreign formats that import converts.
@NullMarked
package dev.mens.formats;

import org.jspecify.annotations.NullMarked;
