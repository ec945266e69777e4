package dev.mens.formats.gguf;

import java.util.List;
import java.util.Optional;

/// How `tokenizer.ggml.pre` splits text before BPE.
///
/// @see <a href="https://github.com/ggml-org/llama.cpp/blob/master/src/llama-vocab.cpp">the
///     list</a>
final class PreTokenizers {
    private static final String LLAMA_3 = words("\\p{N}{1,3}");
    private static final String QWEN_2 = words("\\p{N}");

    private PreTokenizers() {}

    /// Regular expressions that are applied one after the other; an empty list means GPT-2's,
    /// which ByteLevel has built in. Empty if the name is unknown.
    static Optional<List<String>> pattern(String name) {
        return switch (name) {
            case "default", "gpt-2", "gpt2", "olmo", "jina-v2-code", "phi-2", "mpt", "gigachat" ->
                    Optional.of(List.of());
            case "llama3",
                    "llama-v3",
                    "llama-bpe",
                    "falcon3",
                    "dbrx",
                    "smaug-bpe",
                    "granite-docling" ->
                    Optional.of(List.of(LLAMA_3));
            case "qwen2", "stablelm2", "deepseek-r1-qwen", "megrez", "hunyuan" ->
                    Optional.of(List.of(QWEN_2));
            case "starcoder", "refact", "command-r", "smollm", "codeshell", "exaone" ->
                    Optional.of(List.of("\\p{N}", GPT_2));
            default -> Optional.empty();
        };
    }

    private static final String GPT_2 =
            "'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

    private static String words(String digits) {
        return "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|"
                + digits
                + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    }
}
