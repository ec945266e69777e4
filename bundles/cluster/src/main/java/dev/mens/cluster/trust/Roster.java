package dev.mens.cluster.trust;

import dev.mens.crypto.Hashing;
import dev.mens.crypto.PublicKey;
import dev.mens.crypto.Signer;
import dev.mens.crypto.Verifier;
import dev.mens.diagnostics.ProblemException;
import dev.mens.mesh.MeshProblem;
import dev.mens.mesh.PeerId;
import dev.mens.storage.Cbor;
import dev.mens.storage.CborFields;
import dev.mens.storage.DurableFiles;
import dev.mens.storage.FramedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who belongs to the mesh, by the word of its members, and what is known of them. A file of this
/// node; members tell each other what is new in it. Thread-safe.
public final class Roster {
    private static final Logger LOG = LoggerFactory.getLogger(Roster.class);
    private static final FramedFile FORMAT =
            new FramedFile("ROST", 1, MeshProblem.STATE_DAMAGED, MeshProblem.STATE_DAMAGED);

    /// More than any mesh has members; keeps an admitted peer from filling the disk.
    private static final int MAX_ENTRIES = 10_000;

    /// From a peer to one that the other side knows; deeper ones have met others before.
    private static final int MAX_CHAIN = 16;

    private final Path file;
    private final Signer signer;
    private final Verifier verifier;
    private final Hashing hashing;
    private final MeshSecret secret;
    private final PublicKey self;
    private final Map<PublicKey, Admission> admissions = new HashMap<>();
    private final Map<PeerId, byte[]> signedCards = new HashMap<>();
    private final Map<PeerId, Card> cards = new HashMap<>();

    public Roster(Path file, MeshSecret secret, Signer signer, Verifier verifier, Hashing hashing)
            throws IOException {
        this.file = file;
        this.secret = secret;
        this.signer = signer;
        this.verifier = verifier;
        this.hashing = hashing;
        this.self = signer.publicKey();
        if (Files.exists(file)) {
            read();
        }
    }

    public synchronized boolean admits(PublicKey key) {
        return key.equals(self)
                || Optional.ofNullable(admissions.get(key)).filter(Admission::admitted).isPresent();
    }

    /// Everybody's latest word on everybody.
    public synchronized List<Admission> admissions() {
        return List.copyOf(admissions.values());
    }

    /// What lets others believe in this node: who admitted it, who admitted that one, and so on.
    public synchronized List<Admission> chain() {
        var chain = new ArrayList<Admission>();
        var next = admissions.get(self);
        while (next != null && chain.size() < MAX_CHAIN && !chain.contains(next)) {
            chain.add(next);
            next = admissions.get(next.by());
        }
        return chain;
    }

    /// Admits or shuts out, by this node's word.
    public synchronized Admission decide(PublicKey subject, String name, boolean admitted)
            throws IOException {
        var before = Optional.ofNullable(admissions.get(subject));
        long sequence = before.map(Admission::sequence).orElse(0L) + 1;
        var decided = Admission.sign(subject, name, admitted, sequence, signer, secret);
        admissions.put(subject, decided);
        write();
        return decided;
    }

    /// Takes what others say, in whatever order it makes sense.
    ///
    /// @return what was news
    public synchronized List<Admission> offer(Collection<Admission> offered) {
        var news = new ArrayList<Admission>();
        var rest = new ArrayList<>(offered);
        while (rest.removeIf(admission -> accept(admission, news))) {
            // Each one that is accepted may make its subject's own words acceptable.
        }
        if (!news.isEmpty()) {
            writeLater();
        }
        return news;
    }

    /// Keeps what a peer says of itself.
    ///
    /// @param signed as {@link Card#sign} made it
    public synchronized void meet(Card card, byte[] signed) {
        var id = card.id(hashing);
        var known = cards.get(id);
        boolean news = known == null || known.incarnation() < card.incarnation();
        if (news && admits(card.key()) && cards.size() < MAX_ENTRIES) {
            cards.put(id, card);
            signedCards.put(id, signed.clone());
            writeLater();
        }
    }

    public synchronized Optional<Card> card(PeerId id) {
        return Optional.ofNullable(cards.get(id));
    }

    public synchronized List<Card> cards() {
        return List.copyOf(cards.values());
    }

    private boolean accept(Admission offered, List<Admission> news) {
        var known = admissions.get(offered.subject());
        boolean acceptable =
                (known == null ? admissions.size() < MAX_ENTRIES : offered.overrides(known))
                        && !offered.subject().equals(offered.by())
                        && admits(offered.by())
                        && offered.isSigned(secret, verifier);
        if (acceptable) {
            admissions.put(offered.subject(), offered);
            news.add(offered);
        }
        return acceptable;
    }

    private void read() throws IOException {
        var problem = MeshProblem.STATE_DAMAGED;
        var fields =
                CborFields.of(
                        Cbor.decode(FORMAT.read(file), MeshProblem.BAD_FACTS),
                        "the roster",
                        MeshProblem.BAD_FACTS,
                        "admissions",
                        "cards");
        try {
            for (var bytes : fields.list("admissions", byte[].class)) {
                var admission = Admission.decode(bytes);
                // Of another mesh, if this node has changed its mesh.
                if (admission.isSigned(secret, verifier)) {
                    admissions.put(admission.subject(), admission);
                }
            }
            for (var bytes : fields.list("cards", byte[].class)) {
                Card.read(bytes, verifier)
                        .filter(card -> admits(card.key()))
                        .ifPresent(
                                card -> {
                                    cards.put(card.id(hashing), card);
                                    signedCards.put(card.id(hashing), bytes);
                                });
            }
        } catch (ProblemException malformed) {
            throw problem.because(malformed, file, malformed.facts());
        }
    }

    private void writeLater() {
        try {
            write();
        } catch (IOException full) {
            // In memory it holds; the next change tries again.
            LOG.warn("{} was not written: {}", file, full.toString());
        }
    }

    private void write() throws IOException {
        var payload =
                Cbor.encode(
                        Map.of(
                                "admissions",
                                admissions.values().stream().map(Admission::encode).toList(),
                                "cards",
                                List.copyOf(signedCards.values())));
        DurableFiles.createFolders(file.getParent());
        DurableFiles.write(file, FORMAT.frame(payload));
    }
}
