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
        return Optional.ofNullable(
                switch (name) {
                    case "default",
                            "gpt-2",
                            "gpt2",
                            "olmo",
                            "jina-v2-code",
                            "phi-2",
                            "mpt",
                            "gigachat",
                            "jais",
                            "trillion",
                            "granite-docling" ->
                            List.of();
                    case "llama3",
                            "llama-v3",
                            "llama-bpe",
                            "falcon3",
                            "dbrx",
                            "smaug-bpe",
                            "chatglm-bpe" ->
                            List.of(LLAMA_3);
                    case "qwen2", "stablelm2", "deepseek-r1-qwen", "megrez", "hunyuan" ->
                            List.of(QWEN_2);
                    case "starcoder",
                            "refact",
                            "command-r",
                            "smollm",
                            "codeshell",
                            "exaone",
                            "minerva-7b" ->
                            List.of("\\p{N}", GPT_2);
                    case "tekken", "pixtral" -> List.of(cased("", "\\p{N}"));
                    case "gpt-4o", "llama4" -> List.of(cased(ENDINGS + "?", "\\p{N}{1,3}"));
                    case "seed-coder" -> List.of(SEED_CODER);
                    case "deepseek-coder" -> DEEPSEEK_CODER;
                    case "deepseek-v3", "hunyuan-dense" -> DEEPSEEK_3;
                    case "bloom", "poro-chat", "gpt3-finnish" -> List.of(BLOOM);
                    case "viking" -> List.of(BLOOM, "\\p{N}");
                    default -> null;
                });
    }

    /// Whether a begin token comes first where the metadata do not say.
    static boolean addBegin(String name) {
        return switch (name) {
            case "llama3", "llama-v3", "llama-bpe", "falcon3", "pixtral", "tekken" -> true;
            default -> false;
        };
    }

    private static final String ENDINGS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
    private static final String BLOOM = " ?[^(\\s|.,!?…。，、।۔،)]+";
    private static final String SEED_CODER =
            ENDINGS
                    + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1}| ?[^\\s\\p{L}\\p{N}\\r\\n]+"
                    + "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    private static final List<String> DEEPSEEK_CODER =
            List.of("[\\r\\n]", "\\s?\\p{L}+", "\\s?\\p{P}+", "[一-龥ࠀ-一가-퟿]+", "\\p{N}");
    private static final List<String> DEEPSEEK_3 =
            List.of(
                    "\\p{N}{1,3}",
                    "[一-龥぀-ゟ゠-ヿ]+",
                    "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r"
                            + "\\n"
                            + "\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r"
                            + "\\n"
                            + "]*|\\s*[\\r"
                            + "\\n"
                            + "]+|\\s+(?!\\S)|\\s+");

    /// Words that change from upper to lower case at most once.
    private static String cased(String endings, String digits) {
        var upper = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
        var lower = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
        var start = "[^\\r\\n\\p{L}\\p{N}]?";
        return start
                + upper
                + "*"
                + lower
                + "+"
                + endings
                + "|"
                + start
                + upper
                + "+"
                + lower
                + "*"
                + endings
                + "|"
                + digits
                + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    }

    private static final String GPT_2 =
            "'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

    private static String words(String digits) {
        return ENDINGS
                + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|"
                + digits
                + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    }
}
