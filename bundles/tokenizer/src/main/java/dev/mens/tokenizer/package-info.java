/// Text to ids and back, exactly as HuggingFace's `tokenizers` does it.
///
/// The flow of a text: {@link dev.mens.tokenizer.pipeline} cuts out added tokens, then {@link
/// dev.mens.tokenizer.normalize}, {@link dev.mens.tokenizer.split}, {@link
/// dev.mens.tokenizer.model}, and back through {@link dev.mens.tokenizer.decode}. Patterns run on
/// {@link dev.mens.tokenizer.regex}, which takes linear time for every pattern and text.
@NullMarked
package dev.mens.tokenizer;

import org.jspecify.annotations.NullMarked;
