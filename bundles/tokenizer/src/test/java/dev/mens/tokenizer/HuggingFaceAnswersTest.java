package dev.mens.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mens.model.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Random tokenizers of every kind, and what tokenizers 0.23.2 made of random texts with them.
final class HuggingFaceAnswersTest {
    private static final JsonNode ALL =
            JsonMapper.shared()
                    .readTree(HuggingFaceAnswersTest.class.getResourceAsStream("huggingface.json"));

    @TempDir Path folder;

    static List<Integer> numbers() {
        var numbers = new ArrayList<Integer>();
        for (int i = 0; i < ALL.size(); i++) {
            numbers.add(i);
        }
        return numbers;
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void ids_and_texts_are_the_same(int number) throws IOException {
        var one = ALL.get(number);
        var file = folder.resolve("tokenizer.json");
        Files.writeString(file, one.get("tokenizer").toString());
        var tokenizer = new HfTokenizers().open(folder);
        for (var text : one.get("cases")) {
            var input = text.get("text").asString();
            int[] ids = Goldens.ids(text.get("ids"));
            int[] framed = Goldens.ids(text.get("ids_with_special"));
            assertArrayEquals(ids, tokenizer.encode(input, false), input);
            assertArrayEquals(framed, tokenizer.encode(input, true), input);
            assertDecodes(tokenizer, ids, false, text.get("decoded"));
            assertDecodes(tokenizer, framed, true, text.get("decoded_skip_special"));
        }
        for (var random : one.get("random_id_decodes")) {
            int[] ids = Goldens.ids(random.get("ids"));
            assertDecodes(tokenizer, ids, false, random.get("decoded"));
            assertDecodes(tokenizer, ids, true, random.get("decoded_skip_special"));
        }
    }

    private static void assertDecodes(
            Tokenizer tokenizer, int[] ids, boolean skipSpecial, JsonNode expected) {
        assertEquals(expected.asString(), tokenizer.decode(ids, skipSpecial));
        var streamed = new StringBuilder();
        var decoder = tokenizer.decoder(skipSpecial);
        for (int id : ids) {
            streamed.append(decoder.accept(id));
        }
        assertEquals(expected.asString(), streamed.append(decoder.finish()).toString());
    }
}
