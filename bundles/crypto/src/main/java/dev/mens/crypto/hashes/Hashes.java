package dev.mens.crypto.hashes;

import dev.mens.crypto.ChunkTree;
import dev.mens.crypto.Hashing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/// The node's hashes: our own SHA3-512 and BLAKE3 where speed or the tree matters, BouncyCastle's
/// HKDF.
@Component
public final class Hashes implements Hashing {
    private final Optional<CompiledHashes> compiled;
    private final Keccak keccak;
    private final Blake3 blake3;

    @Activate
    public Hashes() {
        this(CompiledHashes.open(new JavaKeccak(), new JavaBlake3()));
    }

    private Hashes(Optional<CompiledHashes> compiled) {
        this.compiled = compiled;
        this.keccak = compiled.<Keccak>map(all -> all).orElseGet(JavaKeccak::new);
        this.blake3 = new Blake3(compiled.<ChunkValues>map(all -> all).orElseGet(JavaBlake3::new));
    }

    /// Hashes in Java only.
    static Hashes inJava() {
        return new Hashes(Optional.empty());
    }

    @Deactivate
    void close() {
        compiled.ifPresent(CompiledHashes::close);
    }

    @Override
    public byte[] sha3(byte[] bytes) {
        return new Sha3(keccak).update(bytes, 0, bytes.length).digest();
    }

    @Override
    public byte[] blake3(byte[] bytes) {
        return blake3.hash(bytes);
    }

    @Override
    public Hasher sha3() {
        return new Sha3(keccak);
    }

    @Override
    public FileHash hash(Path file, LongConsumer progress)
            throws IOException, InterruptedException {
        return new FileHashing(file, new Sha3(keccak), blake3, progress).hash();
    }

    @Override
    public boolean isChunk(ChunkTree tree, int index, byte[] bytes, int count) {
        if (index < 0 || index >= tree.chunks() || count != tree.size(index)) {
            return false;
        }
        long offset = (long) index * tree.chunkBytes();
        var value = blake3.subtree(bytes, 0, count, offset, tree.chunks() == 1);
        return Arrays.equals(Blake3.bytes(value), tree.leaf(index));
    }

    @Override
    public byte[] root(ChunkTree tree) {
        var leaves = tree.leaves();
        var values = new ArrayList<int[]>(tree.chunks());
        for (int i = 0; i < tree.chunks(); i++) {
            values.add(JavaBlake3.value(leaves, i * ChunkTree.LEAF_BYTES));
        }
        return Blake3.bytes(Blake3.join(values, true));
    }

    @Override
    public byte[] derive(byte[] secret, byte[] salt, byte[] info, int count) {
        var generator = new HKDFBytesGenerator(new SHA256Digest());
        generator.init(new HKDFParameters(secret, salt, info));
        var derived = new byte[count];
        generator.generateBytes(derived, 0, count);
        return derived;
    }
}
