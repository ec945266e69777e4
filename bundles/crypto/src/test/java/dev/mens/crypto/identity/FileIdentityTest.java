package dev.mens.crypto.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.crypto.PublicKey;
import dev.mens.diagnostics.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FileIdentityTest {
    private static final byte[] MESSAGE = "manifest".getBytes(StandardCharsets.UTF_8);

    private final Ed25519Verifier verifier = new Ed25519Verifier();

    @TempDir Path home;

    @Test
    void the_first_start_makes_a_key_that_later_starts_find() throws IOException {
        var first = identity().publicKey();
        assertEquals(first, identity().publicKey());
        var permissions = Files.getPosixFilePermissions(home.resolve("identity.pem"));
        assertEquals("rw-------", PosixFilePermissions.toString(permissions));
        try (var files = Files.list(home)) {
            assertEquals(1, files.count());
        }
    }

    @Test
    void a_signature_is_good_for_its_message_and_key_only() throws IOException {
        var identity = identity();
        var signature = identity.sign(MESSAGE);
        assertTrue(verifier.verify(identity.publicKey(), MESSAGE, signature));
        assertFalse(verifier.verify(identity.publicKey(), new byte[8], signature));
        assertFalse(verifier.verify(identity.publicKey(), MESSAGE, new byte[64]));
        assertFalse(verifier.verify(identity.publicKey(), MESSAGE, new byte[3]));
        assertFalse(verifier.verify(new PublicKey(new byte[32]), MESSAGE, signature));
    }

    @ParameterizedTest
    @CsvSource({"rw-r-----", "rw----r--", "rwx------"})
    void a_key_that_others_could_read_is_refused(String permissions) throws IOException {
        identity().publicKey();
        var file = home.resolve("identity.pem");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        refused("vox/crypto/identity-too-open");
    }

    @Test
    void a_damaged_key_is_refused_and_never_replaced() throws IOException {
        identity().publicKey();
        var file = home.resolve("identity.pem");
        var pem = Files.readString(file);
        for (var damaged :
                new String[] {
                    "", "x", pem.substring(0, 60), pem.replace("MC4", "MC5"), pem.repeat(9)
                }) {
            Files.writeString(file, damaged);
            refused("vox/crypto/identity-damaged");
            assertEquals(damaged, Files.readString(file));
        }
    }

    @Test
    void nodes_that_start_at_once_in_one_folder_agree_on_the_key() throws Exception {
        try (var starts = Executors.newVirtualThreadPerTaskExecutor()) {
            var tasks = new ArrayList<Callable<PublicKey>>();
            for (int i = 0; i < 8; i++) {
                tasks.add(() -> identity().publicKey());
            }
            var keys = new HashSet<PublicKey>();
            for (var start : starts.invokeAll(tasks)) {
                keys.add(start.get());
            }
            assertEquals(1, keys.size());
        }
    }

    @Test
    void without_a_state_folder_there_is_no_identity() {
        var identity = new FileIdentity(Optional.empty());
        var problem = assertThrows(ProblemException.class, identity::publicKey);
        assertEquals("vox/crypto/no-home", problem.problem().id());
    }

    /// RFC 8032, section 7.1, tests 1 to 3.
    @ParameterizedTest
    @CsvSource({
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60,d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a,'',e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb,3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c,72,92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7,fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025,af82,6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
    })
    void signatures_are_those_of_rfc_8032(String seed, String key, String message, String signature)
            throws IOException {
        identity().publicKey();
        var der = "302e020100300506032b657004220420" + seed;
        var base64 = java.util.Base64.getEncoder().encodeToString(HexFormat.of().parseHex(der));
        Files.writeString(
                home.resolve("identity.pem"),
                "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n");
        var identity = identity();
        var bytes = HexFormat.of().parseHex(message);
        assertEquals(key, identity.publicKey().toString());
        assertEquals(signature, HexFormat.of().formatHex(identity.sign(bytes)));
        assertTrue(verifier.verify(identity.publicKey(), bytes, identity.sign(bytes)));
    }

    private FileIdentity identity() {
        return new FileIdentity(Optional.of(home));
    }

    private void refused(String id) {
        var problem = assertThrows(ProblemException.class, () -> identity().publicKey());
        assertEquals(id, problem.problem().id());
    }
}
