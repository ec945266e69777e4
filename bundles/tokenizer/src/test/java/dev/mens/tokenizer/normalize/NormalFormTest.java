package dev.mens.tokenizer.normalize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.text.Normalizer;
import java.time.Duration;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class NormalFormTest {
    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of(
                        "a", "e", "ö", "Å", "ﬁ", "가", "\u1100", "\u1161", "\u11A8", "\u0301",
                        "\u0323", "\u0345", "\u0344", "\u0958", "\u09C7", "\u09BE", "ｶ", "ﾞ", "か",
                        "\u3099", "\u0F73", "\u0F71", " ", "½", "丽", "\u0327", "\u1E69")
                .list()
                .ofMaxSize(30)
                .map(parts -> String.join("", parts));
    }

    @Property
    void our_own_composition_is_javas(@ForAll("texts") String text, @ForAll Normalizer.Form form) {
        assertEquals(Normalizer.normalize(text, form), Composition.normalize(text, form));
    }

    @ParameterizedTest
    @EnumSource
    void a_long_run_of_marks_takes_bounded_time(NormalForm form) {
        var marks = "e" + "\u0301\u0323".repeat(500_000);
        var sorted = "\u0323".repeat(500_000) + "\u0301".repeat(500_000);
        boolean composes = form == NormalForm.NFC || form == NormalForm.NFKC;
        var expected = composes ? "ẹ" + sorted.substring(1) : "e" + sorted;
        var result = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> form.apply(marks));
        assertEquals(expected, result);
    }

    @ParameterizedTest
    @EnumSource
    void characters_younger_than_the_form_stay(NormalForm form) {
        assertEquals("\u32FF", form.apply("\u32FF"));
    }
}
