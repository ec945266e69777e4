@NullMarked
package dev.mens.tokenizer.json;

import org.jspecify.annotations.NullMarked;
