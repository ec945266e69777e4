package dev.mens.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.model.Tokenizer;
import java.io.IOException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// Whatever goes into a byte-level tokenizer comes out again, whole or bit by bit.
final class ByteLevelPropertiesTest {
    private static final Tokenizer TINYTALES = open("");
    private static final List<Tokenizer> ALL =
            List.of(
                    open("bpe-gpt2"),
                    open("bpe-llama3"),
                    open("sp-bpe-llama2"),
                    open("unigram-nfkc"));

    private static Tokenizer open(String name) {
        try {
            return new HfTokenizers()
                    .open(
                            name.isEmpty()
                                    ? Goldens.tinytales()
                                    : Goldens.folder("tokenizers", name));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /// Every plane, also lone surrogates.
    @Provide
    Arbitrary<String> texts() {
        var units = Arbitraries.chars().all();
        var points =
                Arbitraries.integers()
                        .between(0, Character.MAX_CODE_POINT)
                        .map(Character::toString);
        var usual =
                Arbitraries.of("the ", "\n", "  ", "'s", "12", "é", "你", "👍🏽", "<|end|>", "\t");
        return Arbitraries.oneOf(units.map(String::valueOf), points, usual)
                .list()
                .ofMaxSize(40)
                .map(parts -> String.join("", parts));
    }

    @Property
    void decoding_gives_the_text_back(@ForAll("texts") String text) {
        var expected = wellFormed(text);
        assertEquals(expected, TINYTALES.decode(TINYTALES.encode(text, false), false));
        assertEquals(expected, TINYTALES.decode(TINYTALES.encode(text, true), false).substring(9));
    }

    @Property
    void streaming_gives_what_decoding_the_whole_gives(
            @ForAll("texts") String text, @ForAll boolean skipSpecial) {
        for (var tokenizer : ALL) {
            assertStreams(tokenizer, tokenizer.encode(text, true), skipSpecial);
        }
    }

    @Property
    void streaming_random_ids_gives_what_decoding_the_whole_gives(
            @ForAll List<@net.jqwik.api.constraints.IntRange(min = -3, max = 950) Integer> ids,
            @ForAll boolean skipSpecial) {
        int[] sequence = ids.stream().mapToInt(Integer::intValue).toArray();
        assertStreams(TINYTALES, sequence, skipSpecial);
        for (var tokenizer : ALL) {
            assertStreams(tokenizer, sequence, skipSpecial);
        }
    }

    private static void assertStreams(Tokenizer tokenizer, int[] ids, boolean skipSpecial) {
        var whole = tokenizer.decode(ids, skipSpecial);
        var streamed = new StringBuilder();
        var decoder = tokenizer.decoder(skipSpecial);
        for (int id : ids) {
            var piece = decoder.accept(id);
            assertTrue(
                    piece.isEmpty()
                            || !Character.isHighSurrogate(piece.charAt(piece.length() - 1)));
            streamed.append(piece);
        }
        assertEquals(whole, streamed.append(decoder.finish()).toString());
    }

    private static String wellFormed(String text) {
        var out = new StringBuilder();
        text.codePoints().forEach(c -> out.appendCodePoint(c >= 0xD800 && c < 0xE000 ? 0xFFFD : c));
        return out.toString();
    }
}
