package dev.mens.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mens.diagnostics.ProblemException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MeshOptionsTest {
    @Test
    void an_invitation_is_good_for_seconds_minutes_hours_or_days() {
        assertEquals(Duration.ofMinutes(30), MeshOptions.validity("30m"));
        assertEquals(Duration.ofDays(365), MeshOptions.validity("365d"));
        assertEquals(Duration.ZERO, MeshOptions.validity("0s"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "h", "-1h", "1w", "366d", "999999d", "99999999999999999999s"})
    void what_is_no_time_or_longer_than_a_year_is_refused(String text) {
        assertThrows(ProblemException.class, () -> MeshOptions.validity(text));
    }
}
