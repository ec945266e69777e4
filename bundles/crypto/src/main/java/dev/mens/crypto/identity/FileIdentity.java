package dev.mens.crypto.identity;

import dev.mens.crypto.CryptoProblem;
import dev.mens.crypto.PublicKey;
import dev.mens.crypto.Signer;
import dev.mens.diagnostics.ProblemException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The Ed25519 key in `identity.pem` of the node's state folder; made on the first start.
@Component(immediate = true)
public final class FileIdentity implements Signer {
    private static final Logger LOG = LoggerFactory.getLogger(FileIdentity.class);

    private final Optional<KeyFile> file;
    private @Nullable Ed25519PrivateKeyParameters key;

    @Activate
    public FileIdentity(BundleContext context) {
        this(Optional.ofNullable(context.getProperty("mens.home")).map(Path::of));
        // Off the path of the start, which must not wait for a disk and a random seed.
        Thread.ofVirtual().name("identity").start(this::createEarly);
    }

    FileIdentity(Optional<Path> home) {
        this.file = home.map(folder -> new KeyFile(folder.resolve("identity.pem")));
    }

    @Override
    public PublicKey publicKey() throws IOException {
        return new PublicKey(key().generatePublicKey().getEncoded());
    }

    @Override
    public byte[] sign(byte[] message) throws IOException {
        var signer = new Ed25519Signer();
        signer.init(true, key());
        signer.update(message, 0, message.length);
        return signer.generateSignature();
    }

    private synchronized Ed25519PrivateKeyParameters key() throws IOException {
        if (key == null) {
            key = file.orElseThrow(CryptoProblem.NO_HOME::with).readOrCreate();
        }
        return key;
    }

    private void createEarly() {
        try {
            LOG.debug("This node is {}", publicKey());
        } catch (IOException | ProblemException refused) {
            LOG.warn("This node cannot sign: {}", refused.getMessage());
        }
    }
}
