@NullMarked
package dev.mens.tokenizer.normalize;

import org.jspecify.annotations.NullMarked;
