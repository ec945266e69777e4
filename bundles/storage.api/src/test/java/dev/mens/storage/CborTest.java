package dev.mens.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mens.diagnostics.Blame;
import dev.mens.diagnostics.Problem;
import dev.mens.diagnostics.ProblemException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CborTest {
    /// RFC 8949, appendix A.
    @Test
    void cbor_is_as_the_rfc_gives_it() {
        assertCbor("00", 0L);
        assertCbor("1818", 24L);
        assertCbor("1903e8", 1000L);
        assertCbor("1a000f4240", 1_000_000L);
        assertCbor("1b000000e8d4a51000", 1_000_000_000_000L);
        assertCbor("4401020304", new byte[] {1, 2, 3, 4});
        assertCbor("6449455446", "IETF");
        assertCbor("62c3bc", "ü");
        assertCbor("8301820203820405", List.of(1L, List.of(2L, 3L), List.of(4L, 5L)));
        assertCbor("a26161016162820203", Map.of("a", 1L, "b", List.of(2L, 3L)));
        assertCbor("a3616103616202626161" + "01", Map.of("aa", 1L, "b", 2L, "a", 3L));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "1817", "190001", "1bffffffffffffffff", "5bffffffffffffffff", "9a7fffffff",
                        "81",
                "a1016161", "a2616201616101", "a2616101616101", "f6", "20", "62c328", "5f4101ff",
                "0000", "818181818181818181818100", "fb3ff0000000000000", "c000", "1c"
            })
    void anything_but_canonical_cbor_is_refused(String hex) {
        var bytes = HexFormat.of().parseHex(hex);
        var problem =
                assertThrows(ProblemException.class, () -> Cbor.decode(bytes, Malformed.MALFORMED));
        assertSame(Malformed.MALFORMED, problem.problem());
    }

    private static void assertCbor(String hex, Object value) {
        assertEquals(hex, HexFormat.of().formatHex(Cbor.encode(value)));
        var decoded = Cbor.decode(HexFormat.of().parseHex(hex), Malformed.MALFORMED);
        assertEquals(hex, HexFormat.of().formatHex(Cbor.encode(decoded)));
    }

    private enum Malformed implements Problem {
        MALFORMED;

        @Override
        public String id() {
            return "vox/test/malformed";
        }

        @Override
        public String facts() {
            return "%s";
        }

        @Override
        public String remedy() {
            return "none";
        }

        @Override
        public Blame blame() {
            return Blame.INPUT;
        }
    }
}
