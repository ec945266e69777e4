@NullMarked
package dev.mens.tokenizer.model;

import org.jspecify.annotations.NullMarked;
