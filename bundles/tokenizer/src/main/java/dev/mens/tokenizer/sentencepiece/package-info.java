/// tokenizer.model, the files of Google's SentencePiece.
@NullMarked
package dev.mens.tokenizer.sentencepiece;

import org.jspecify.annotations.NullMarked;
