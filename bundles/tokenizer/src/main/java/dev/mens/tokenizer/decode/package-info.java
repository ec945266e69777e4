@NullMarked
package dev.mens.tokenizer.decode;

import org.jspecify.annotations.NullMarked;
