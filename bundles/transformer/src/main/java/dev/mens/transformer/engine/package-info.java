/// One thread that runs all streams of one model in batches.
@NullMarked
package dev.mens.transformer.engine;

import org.jspecify.annotations.NullMarked;
