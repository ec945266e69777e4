package dev.mens.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// A megabyte of the worst texts that we could think of. A quadratic step would take minutes.
final class BoundedTimeTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int MEGABYTE = 1_000_000;

    static List<Arguments> texts() {
        var folders = new ArrayList<Path>(Goldens.folders("tokenizers"));
        folders.addAll(Goldens.folders("encoders"));
        var units =
                List.of(
                        "a",
                        " ",
                        "\t ",
                        "\n ",
                        "7",
                        "!?",
                        "'",
                        "\u0301",
                        "\u0301\u0323",
                        "👍🏽",
                        "👨\u200d",
                        "你",
                        "\ud800",
                        "\udc00a",
                        "\u1100\u1161",
                        "▁",
                        "\u200b",
                        "\ue000",
                        "aB",
                        "<|begin_of_text",
                        "</s>",
                        "<0x41>",
                        "\r",
                        "e\u0327\u0301");
        var all = new ArrayList<Arguments>();
        for (var folder : folders) {
            for (var unit : units) {
                all.add(Arguments.of(folder, unit));
            }
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("texts")
    void a_megabyte_of_one_thing_takes_bounded_time(Path folder, String unit) throws IOException {
        var tokenizer = new HfTokenizers().open(folder);
        boolean whole = List.of("a", " ", "\u0301\u0323").contains(unit);
        int units = whole ? MEGABYTE : MEGABYTE / 4;
        var text = unit.repeat(units / unit.length());
        int[] ids =
                assertTimeoutPreemptively(LIMIT, () -> tokenizer.encode(text, true), "encoding");
        var back = assertTimeoutPreemptively(LIMIT, () -> tokenizer.decode(ids, false), "decoding");
        assertTrue(ids.length <= units * 4 + 4);
        if (folder.endsWith("bpe-gpt2")) {
            assertEquals(text.replace('\ud800', '\ufffd').replace("\udc00a", "\ufffda"), back);
        }
    }
}
