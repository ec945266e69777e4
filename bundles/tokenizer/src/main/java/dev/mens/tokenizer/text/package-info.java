@NullMarked
package dev.mens.tokenizer.text;

import org.jspecify.annotations.NullMarked;
