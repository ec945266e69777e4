@NullMarked
package dev.mens.tokenizer.pipeline;

import org.jspecify.annotations.NullMarked;
