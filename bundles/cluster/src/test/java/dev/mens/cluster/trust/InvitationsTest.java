package dev.mens.cluster.trust;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mens.crypto.PublicKey;
import dev.mens.crypto.hashes.Hashes;
import dev.mens.diagnostics.ProblemException;
import dev.mens.mesh.Endpoint;
import dev.mens.mesh.MeshProblem;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InvitationsTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final Hashes hashes = new Hashes();

    @TempDir Path folder;

    @Test
    void an_invitation_is_good_once_though_the_node_restarts() throws IOException {
        var made = at(NOW).make(Duration.ofHours(1));
        assertArrayEquals(made.secret(), at(NOW).secret(made.ticket()));
        at(NOW).redeem(made.ticket());
        refused(MeshProblem.TOKEN_USED, () -> at(NOW).secret(made.ticket()));
        refused(MeshProblem.TOKEN_USED, () -> at(NOW).redeem(made.ticket()));
    }

    @Test
    void an_invitation_expires_by_the_clock_of_whoever_made_it() throws IOException {
        var made = at(NOW).make(Duration.ofHours(1));
        at(NOW.plusSeconds(3599)).secret(made.ticket());
        refused(MeshProblem.TOKEN_EXPIRED, () -> at(NOW.plusSeconds(3601)).secret(made.ticket()));
    }

    @Test
    void a_ticket_that_nobody_made_is_no_good() {
        refused(MeshProblem.TOKEN_EXPIRED, () -> at(NOW).secret(new byte[16]));
    }

    @Test
    void a_token_survives_the_mail_but_no_change() {
        var token = token();
        var text = token.text(hashes);
        assertEquals(token, Token.parse(text, hashes));
        var folded = text.substring(0, 40) + "\n  " + text.substring(40) + "\n";
        assertEquals(token.inviter(), Token.parse(folded, hashes).inviter());
        for (int i = 6; i < text.length(); i += 7) {
            char other = text.charAt(i) == 'A' ? 'B' : 'A';
            var changed = text.substring(0, i) + other + text.substring(i + 1);
            refused(MeshProblem.BAD_TOKEN, () -> Token.parse(changed, hashes));
        }
        refused(MeshProblem.BAD_TOKEN, () -> Token.parse("hello", hashes));
        refused(MeshProblem.BAD_TOKEN, () -> Token.parse(text.substring(0, 60), hashes));
    }

    private static Token token() {
        return new Token(
                "home",
                List.of(new Endpoint("10.0.0.1", 7447)),
                List.of(),
                new byte[16],
                new PublicKey(new byte[32]),
                new byte[16],
                new byte[32],
                NOW.toEpochMilli());
    }

    private Invitations at(Instant now) throws IOException {
        return new Invitations(folder.resolve("invitations"), Clock.fixed(now, ZoneOffset.UTC));
    }

    private static void refused(
            MeshProblem problem, org.junit.jupiter.api.function.Executable attempt) {
        assertEquals(problem, assertThrows(ProblemException.class, attempt).problem());
    }
}
