@NullMarked
package dev.mens.tokenizer.regex;

import org.jspecify.annotations.NullMarked;
