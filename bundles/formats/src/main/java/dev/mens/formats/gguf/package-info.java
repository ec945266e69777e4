/// GGUF, llama.cpp's file format, and what its metadata say of a model.
@NullMarked
package dev.mens.formats.gguf;

import org.jspecify.annotations.NullMarked;
