package dev.mens.policy.donation;

import dev.mens.crypto.Hashing;
import dev.mens.mesh.Donations;
import dev.mens.mesh.TaskKind;
import dev.mens.policy.donation.DonationsText.SyntaxException;
import dev.mens.storage.DurableFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/// The policy file in the node's state folder. It is read at each use: it is small, and an owner
/// who withdraws a grant means now.
@Component
public final class FileDonations implements Donations {
    private static final int MAX_BYTES = 64 << 10;
    private static final String SLOT = "slot.";

    private final Path file;
    private final Hashing hashing;

    @Activate
    public FileDonations(
            BundleContext context,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) Hashing hashing) {
        this(Path.of(context.getProperty("mens.home"), "etc", "donations.vox"), hashing);
    }

    FileDonations(Path file, Hashing hashing) {
        this.file = file;
        this.hashing = hashing;
    }

    @Override
    public Path file() {
        return file;
    }

    @Override
    public State state() {
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException none) {
            return new Missing();
        } catch (IOException unreadable) {
            return new Unsound("", List.of("it cannot be read: " + unreadable));
        }
        return judge(bytes);
    }

    private State judge(byte[] bytes) {
        var digest = HexFormat.of().formatHex(hashing.blake3(bytes));
        if (bytes.length > MAX_BYTES) {
            return new Unsound(digest, List.of("it is longer than " + MAX_BYTES + " bytes"));
        }
        try {
            var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            var document = DonationsText.parse(text.toString());
            var reading = new PolicyReader(document).read();
            return reading.faults().isEmpty()
                    ? new Sound(reading.policy(), digest, document.text(), reading.notes())
                    : new Unsound(digest, reading.faults());
        } catch (CharacterCodingException notUtf8) {
            return new Unsound(digest, List.of("it is not UTF-8"));
        } catch (SyntaxException fault) {
            return new Unsound(digest, List.of(fault.getMessage()));
        }
    }

    @Override
    public synchronized void set(String key, String value) throws IOException {
        requireOneValue(key, value);
        var changed = changed(document(), key, value).getBytes(StandardCharsets.UTF_8);
        switch (judge(changed)) {
            case Sound _ -> write(changed);
            case Unsound(_, var faults) ->
                    throw PolicyProblem.BAD_VALUE.with(key, faults.getFirst());
            case Missing _ -> throw new AssertionError("bytes are there");
        }
    }

    /// Nothing else may be smuggled in behind it.
    private static void requireOneValue(String key, String value) {
        try {
            var alone = DonationsText.parse("let value = " + value);
            if (alone.settings().getFirst().to() == alone.text().length()) {
                return;
            }
        } catch (SyntaxException fault) {
            throw PolicyProblem.BAD_VALUE.because(fault, key, value + " is no value");
        }
        throw PolicyProblem.BAD_VALUE.with(key, value + " is more than a value");
    }

    @Override
    public synchronized void create() throws IOException {
        if (Files.notExists(file)) {
            write(template());
        }
    }

    private static String changed(DonationsText document, String key, String value) {
        if (PolicyReader.KEYS.contains(key)) {
            return document.with(key, value);
        }
        var parts = key.split("\\.", -1);
        boolean slot =
                key.startsWith(SLOT)
                        && parts.length == 3
                        && TaskKind.parse(parts[1]).isPresent()
                        && List.of(PolicyReader.MAX_CONCURRENT, PolicyReader.WEIGHT)
                                .contains(parts[2]);
        if (!slot) {
            throw PolicyProblem.UNKNOWN_KEY.with(key, String.join(", ", PolicyReader.KEYS));
        }
        return document.withSlot(parts[1], parts[2], value);
    }

    /// The file's, or of one that explains itself if there is none.
    private DonationsText document() throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException none) {
            bytes = template();
        } catch (IOException unreadable) {
            throw PolicyProblem.UNSOUND.because(unreadable, file, "it cannot be read");
        }
        try {
            return DonationsText.parse(
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (SyntaxException | CharacterCodingException fault) {
            throw PolicyProblem.UNSOUND.with(file, fault.getMessage());
        }
    }

    static byte[] template() throws IOException {
        try (InputStream in = FileDonations.class.getResourceAsStream("donations.vox")) {
            if (in == null) {
                throw new AssertionError("the bundle lacks donations.vox");
            }
            return in.readAllBytes();
        }
    }

    private void write(byte[] bytes) throws IOException {
        Files.createDirectories(file.getParent());
        DurableFiles.write(file, bytes);
    }
}
