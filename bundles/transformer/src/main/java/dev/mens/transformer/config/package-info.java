/// The JSON files of a model folder, read with suspicion.
@NullMarked
package dev.mens.transformer.config;

import org.jspecify.annotations.NullMarked;
