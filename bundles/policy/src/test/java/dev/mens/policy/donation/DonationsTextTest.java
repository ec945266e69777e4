package dev.mens.policy.donation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.policy.donation.DonationsText.SyntaxException;
import dev.mens.policy.donation.DonationsText.Texts;
import dev.mens.policy.donation.DonationsText.Whole;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DonationsTextTest {
    private static final String ODD =
            """
            // mine\r
              let   cuda_tier=80   // after it\r

            let someone_elses = "kept\\n"
            let allowed_scopes = [ "a", // first
                "b" ,]
            slot text_infer{max_concurrent=4,weight_pct = 50,}
            slot embed { }
            let last = -1\
            """;

    @Test
    void a_value_put_in_place_of_itself_changes_no_byte() throws SyntaxException {
        var text = DonationsText.parse(ODD);
        for (var setting : text.settings()) {
            var raw = ODD.substring(setting.from(), setting.to());
            assertEquals(ODD, text.with(setting.key(), raw), setting.key());
        }
        assertEquals(ODD, text.withSlot("text_infer", "max_concurrent", "4"));
    }

    @Test
    void a_change_touches_only_its_value() throws SyntaxException {
        var changed = DonationsText.parse(ODD).with("cuda_tier", "75");
        assertEquals(ODD.replace("=80 ", "=75 "), changed);
    }

    @Test
    void a_new_key_goes_to_the_end_with_the_files_line_ending() throws SyntaxException {
        var changed = DonationsText.parse(ODD).with("metal_tier", "40");
        assertEquals(ODD + "\r\nlet metal_tier = 40\r\n", changed);
        assertEquals(changed, DonationsText.parse(changed).text());
    }

    @Test
    void a_slot_gains_a_field_or_is_added_whole() throws SyntaxException {
        var text = DonationsText.parse("slot embed { }\nslot text_infer { weight_pct = 1 }");
        var once = DonationsText.parse(text.withSlot("embed", "weight_pct", "5"));
        var twice = DonationsText.parse(once.withSlot("text_infer", "max_concurrent", "2"));
        var thrice = DonationsText.parse(twice.withSlot("train_qlora", "max_concurrent", "3"));
        assertEquals(
                """
                slot embed { weight_pct = 5  }
                slot text_infer { weight_pct = 1, max_concurrent = 2 }
                slot train_qlora { max_concurrent = 3, weight_pct = 100 }
                """,
                thrice.text());
    }

    @Test
    void values_are_read_with_their_lines() throws SyntaxException {
        var text = DonationsText.parse(ODD);
        assertEquals(new Whole(80), text.setting("cuda_tier").orElseThrow().value());
        assertEquals(2, text.setting("cuda_tier").orElseThrow().line());
        assertEquals(
                new Texts(List.of("a", "b")), text.setting("allowed_scopes").orElseThrow().value());
        assertEquals(2, text.slots().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cuda_tier = 80",
                "let cuda_tier 80",
                "let cuda_tier = ",
                "let cuda_tier = 8x",
                "let cuda_tier = 99999999999999999999",
                "let cuda_tier = 80 let metal_tier = 1",
                "let cuda_tier = yes",
                "let scopes = [\"a\"",
                "let scopes = [\"a\" \"b\"]",
                "let scopes = [\"a\n\"]",
                "let scopes = \"\\q\"",
                "slot text_infer { max_concurrent = 1",
                "slot { max_concurrent = 1 }",
                "let ключ = 1",
            })
    void what_is_no_statement_is_refused_with_its_line(String statement) {
        var fault =
                assertThrows(
                        SyntaxException.class, () -> DonationsText.parse("// first\n" + statement));
        assertTrue(fault.getMessage().matches("line [23]: .*"), fault.getMessage());
    }
}
