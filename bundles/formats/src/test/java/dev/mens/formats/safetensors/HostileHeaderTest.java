package dev.mens.formats.safetensors;

import static dev.mens.formats.safetensors.SafeTensorsBytes.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.formats.FormatProblem;
import dev.mens.formats.Goldens;
import dev.mens.formats.Problems;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HostileHeaderTest {
    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({
        "empty, NO_HEADER",
        "seven-bytes, NO_HEADER",
        "st-huge-header, HEADER_TOO_LARGE",
        "st-header-past-eof, HEADER_PAST_END",
        "st-not-json, HEADER_NOT_JSON",
        "st-array, HEADER_NOT_OBJECT",
        "st-deep-json, HEADER_TOO_DEEP",
        "st-duplicate-key, DUPLICATE_NAME",
        "st-unknown-dtype, UNKNOWN_DTYPE",
        "st-negative, REVERSED",
        "st-overflow-shape, OVERFLOW",
        "st-overlap, OVERLAP",
        "st-hole, HOLE",
        "st-trailing, TRAILING",
        "st-past-end, PAST_END",
        "st-shape-mismatch, WRONG_SIZE"
    })
    void each_hostile_golden_is_refused_for_its_own_reason(String name, FormatProblem reason) {
        var file = Goldens.path("import/hostile/" + name + ".safetensors");
        var refusal = Problems.expect(reason, () -> new MappedWeightFiles().open(file).close());
        assertTrue(refusal.facts().contains(name), refusal::facts);
        assertEquals(3, refusal.problem().blame().exitCode());
    }

    @Test
    void a_header_that_is_not_utf8_is_refused() throws IOException {
        var header = "{\"ä\":1}".getBytes(StandardCharsets.ISO_8859_1);
        refuse(FormatProblem.HEADER_NOT_UTF8, header, 0);
    }

    @Test
    void a_header_in_utf16_is_refused() throws IOException {
        refuse(FormatProblem.HEADER_NOT_JSON, "{}".getBytes(StandardCharsets.UTF_16LE), 0);
    }

    @Test
    void something_after_the_header_object_is_refused() throws IOException {
        refuse(FormatProblem.HEADER_NOT_JSON, "{} {}", 0);
    }

    @Test
    void a_nested_unknown_field_is_refused() throws IOException {
        refuse(FormatProblem.HEADER_TOO_DEEP, "{\"a\":{\"x\":[[]]}}", 0);
    }

    @Test
    void a_duplicate_field_of_a_tensor_is_refused() throws IOException {
        var twice =
                "{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}";
        refuse(FormatProblem.DUPLICATE_NAME, twice, 1);
    }

    @Test
    void a_duplicate_metadata_key_is_refused() throws IOException {
        refuse(FormatProblem.DUPLICATE_NAME, "{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}}", 0);
    }

    @Test
    void an_entry_that_is_no_object_is_refused() throws IOException {
        refuse(FormatProblem.BAD_ENTRY, "{\"a\":5}", 0);
    }

    @Test
    void an_entry_without_offsets_is_refused() throws IOException {
        refuse(FormatProblem.BAD_ENTRY, "{\"a\":{\"dtype\":\"U8\",\"shape\":[1]}}", 1);
    }

    @Test
    void a_fractional_size_is_refused() throws IOException {
        refuse(FormatProblem.BAD_ENTRY, "{" + entry("a", "U8", "[1.5]", 0, 1) + "}", 1);
    }

    @Test
    void a_negative_size_is_refused() throws IOException {
        refuse(FormatProblem.NEGATIVE, "{" + entry("a", "U8", "[-1]", 0, 1) + "}", 1);
    }

    @Test
    void a_size_beyond_64_bits_is_refused() throws IOException {
        refuse(
                FormatProblem.OVERFLOW,
                "{" + entry("a", "U8", "[99999999999999999999]", 0, 1) + "}",
                1);
    }

    @Test
    void elements_whose_bytes_overflow_are_refused() throws IOException {
        refuse(
                FormatProblem.OVERFLOW,
                "{" + entry("a", "F64", "[4611686018427387904]", 0, 0) + "}",
                0);
    }

    @Test
    void too_many_dimensions_are_refused() throws IOException {
        var shape = "[" + "1,".repeat(40) + "1]";
        refuse(FormatProblem.BAD_ENTRY, "{" + entry("a", "U8", shape, 0, 1) + "}", 1);
    }

    @Test
    void a_tag_for_no_tensor_is_refused() throws IOException {
        refuse(FormatProblem.BAD_TAG, "{\"__metadata__\":{\"mens.dtype:a\":\"Q8_0\"}}", 0);
    }

    @Test
    void a_tag_on_a_tensor_that_is_not_bytes_is_refused() throws IOException {
        refuse(FormatProblem.BAD_TAG, tagged("Q8_0", entry("a", "F32", "[34]", 0, 136)), 136);
    }

    @Test
    void a_tag_that_names_no_block_format_is_refused() throws IOException {
        refuse(FormatProblem.BAD_TAG, tagged("F32", entry("a", "U8", "[4]", 0, 4)), 4);
    }

    @Test
    void tagged_rows_that_are_not_whole_blocks_are_refused() throws IOException {
        refuse(FormatProblem.BAD_TAG, tagged("Q8_0", entry("a", "U8", "[2,17]", 0, 34)), 34);
    }

    private static String tagged(String tag, String entry) {
        return "{\"__metadata__\":{\"mens.dtype:a\":\"" + tag + "\"}," + entry + "}";
    }

    private void refuse(FormatProblem reason, String header, int dataBytes) throws IOException {
        refuse(reason, header.getBytes(StandardCharsets.UTF_8), dataBytes);
    }

    private void refuse(FormatProblem reason, byte[] header, int dataBytes) throws IOException {
        var file = folder.resolve("hostile.safetensors");
        SafeTensorsBytes.write(file, header, new byte[dataBytes]);
        Problems.expect(reason, () -> new MappedWeightFiles().open(file).close());
    }
}
