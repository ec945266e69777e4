package dev.mens.content.store;

import dev.mens.crypto.Signer;
import dev.mens.crypto.hashes.Hashes;
import dev.mens.crypto.identity.Ed25519Verifier;
import dev.mens.crypto.identity.FileIdentity;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Optional;
import org.osgi.framework.BundleContext;

/// A node's crypto and store in a folder.
public final class TestNode {
    public final Path home;
    public final Hashes hashing = new Hashes();
    public final Signer signer;
    public final FsContentStore store;

    public TestNode(Path home) {
        this(home, 0);
    }

    public TestNode(Path home, long quotaBytes) {
        this.home = home;
        this.signer = new FileIdentity(context(home));
        this.store =
                new FsContentStore(
                        Optional.of(home.resolve("store")),
                        hashing,
                        new Ed25519Verifier(),
                        quotaBytes);
    }

    private static BundleContext context(Path home) {
        return (BundleContext)
                Proxy.newProxyInstance(
                        TestNode.class.getClassLoader(),
                        new Class<?>[] {BundleContext.class},
                        (_, method, arguments) -> {
                            boolean asked = method.getName().equals("getProperty");
                            return asked && arguments[0].equals("mens.home")
                                    ? home.toString()
                                    : null;
                        });
    }
}
