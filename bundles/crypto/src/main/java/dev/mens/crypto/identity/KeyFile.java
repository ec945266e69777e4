package dev.mens.crypto.identity;

import dev.mens.crypto.CryptoProblem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;

/// An Ed25519 private key in PEM (RFC 8410), as `openssl genpkey -algorithm ed25519` writes it,
/// readable by its owner only.
final class KeyFile {
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";

    /// What precedes the 32 bytes of the seed in PKCS #8: version 0, id-Ed25519, two wrappers.
    private static final byte[] PREFIX =
            HexFormat.of().parseHex("302e020100300506032b657004220420");

    private static final int SEED_BYTES = 32;
    private static final int MAX_BYTES = 1024;
    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    private static final FileAttribute<?> MODE_600 =
            PosixFilePermissions.asFileAttribute(OWNER_ONLY);

    private final Path file;

    KeyFile(Path file) {
        this.file = file;
    }

    Ed25519PrivateKeyParameters readOrCreate() throws IOException {
        if (!Files.exists(file)) {
            create();
        }
        refuseLaxPermissions();
        return new Ed25519PrivateKeyParameters(seed(), 0);
    }

    /// Writes the key apart and links it into place, so that of two nodes that start at once in
    /// one folder both see the same complete key.
    private void create() throws IOException {
        Files.createDirectories(file.getParent());
        var draft = Files.createTempFile(file.getParent(), "identity", ".tmp", MODE_600);
        try {
            write(draft);
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException otherNodeWasFaster) {
            // Its key is as good as ours.
        } finally {
            Files.delete(draft);
        }
    }

    private static void write(Path draft) throws IOException {
        var key = new Ed25519PrivateKeyParameters(new SecureRandom());
        var der = Arrays.copyOf(PREFIX, PREFIX.length + SEED_BYTES);
        key.encode(der, PREFIX.length);
        var pem = BEGIN + "\n" + Base64.getEncoder().encodeToString(der) + "\n" + END + "\n";
        try (var channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
            var bytes = ByteBuffer.wrap(pem.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    private void refuseLaxPermissions() throws IOException {
        var permissions = Files.getPosixFilePermissions(file);
        if (!OWNER_ONLY.containsAll(permissions)) {
            var shown = PosixFilePermissions.toString(permissions);
            throw CryptoProblem.IDENTITY_TOO_OPEN.with(file, shown);
        }
    }

    private byte[] seed() throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw CryptoProblem.IDENTITY_DAMAGED.with(file, "it is too long");
        }
        var text = new String(Files.readAllBytes(file), StandardCharsets.US_ASCII).strip();
        if (!text.startsWith(BEGIN) || !text.endsWith(END)) {
            throw CryptoProblem.IDENTITY_DAMAGED.with(file, "it has no PEM frame");
        }
        byte[] der;
        try {
            var body = text.substring(BEGIN.length(), text.length() - END.length());
            der = Base64.getMimeDecoder().decode(body);
        } catch (IllegalArgumentException notBase64) {
            throw CryptoProblem.IDENTITY_DAMAGED.because(notBase64, file, "it is not Base64");
        }
        boolean known = der.length == PREFIX.length + SEED_BYTES;
        if (!known || !Arrays.equals(der, 0, PREFIX.length, PREFIX, 0, PREFIX.length)) {
            throw CryptoProblem.IDENTITY_DAMAGED.with(file, "it holds another kind of key");
        }
        return Arrays.copyOfRange(der, PREFIX.length, der.length);
    }
}
