@NullMarked
package dev.mens.tokenizer.split;

import org.jspecify.annotations.NullMarked;
