package dev.mens.transfer;

import dev.mens.content.ContentId;
import dev.mens.diagnostics.NearNames;
import dev.mens.mesh.Inventory;
import dev.mens.mesh.Inventory.PeerFacts;
import dev.mens.mesh.ModelSharing.Offer;
import dev.mens.mesh.PeerId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// What the peers say that they have.
///
/// @param self left out
record Offers(Inventory inventory, PeerId self) {
    private static final int SHORTEST_PREFIX = 4;

    /// Each bundle once, in order of names.
    List<Offer> all() {
        var offers = new LinkedHashMap<ContentId, Offer>();
        for (var facts : others()) {
            for (var holding : facts.holdings()) {
                offers.merge(
                        holding.bundle(),
                        new Offer(
                                holding.bundle(),
                                holding.name(),
                                holding.bytes(),
                                holding.complete() ? List.of(facts.peer()) : List.of()),
                        Offers::joined);
            }
        }
        return offers.values().stream().sorted((a, b) -> a.name().compareTo(b.name())).toList();
    }

    private static Offer joined(Offer first, Offer second) {
        var holders = new ArrayList<>(first.holders());
        holders.addAll(second.holders());
        return new Offer(first.bundle(), first.name(), first.bytes(), holders);
    }

    /// The one that a name or the beginning of a hash means; a name wins.
    ///
    /// @throws dev.mens.diagnostics.ProblemException vox/transfer/not-offered or
    ///     vox/transfer/ambiguous
    Offer one(String reference) {
        var all = all();
        var matches = all.stream().filter(offer -> offer.name().equals(reference)).toList();
        var prefix = reference.toLowerCase(Locale.ROOT);
        if (matches.isEmpty() && prefix.length() >= SHORTEST_PREFIX) {
            matches =
                    all.stream()
                            .filter(offer -> offer.bundle().toString().startsWith(prefix))
                            .toList();
        }
        if (matches.size() > 1) {
            throw TransferProblem.AMBIGUOUS.with(
                    reference,
                    matches.stream()
                            .map(offer -> offer.name() + " (" + offer.bundle().shortHex() + ")")
                            .collect(Collectors.joining(", ")));
        } else if (matches.isEmpty()) {
            var names = all.stream().map(Offer::name).toList();
            throw TransferProblem.NOT_OFFERED.with(reference, NearNames.hint(reference, names));
        }
        return matches.getFirst();
    }

    /// Peers that have some of a bundle, or are getting it.
    List<PeerId> holders(ContentId bundle) {
        return others().stream()
                .filter(facts -> holds(facts, bundle, false))
                .map(PeerFacts::peer)
                .toList();
    }

    /// Peers that have all of it.
    List<PeerId> copies(ContentId bundle) {
        return others().stream()
                .filter(facts -> holds(facts, bundle, true))
                .map(PeerFacts::peer)
                .toList();
    }

    private static boolean holds(PeerFacts facts, ContentId bundle, boolean whole) {
        return facts.holdings().stream()
                .anyMatch(
                        holding ->
                                holding.bundle().equals(bundle) && (!whole || holding.complete()));
    }

    private List<PeerFacts> others() {
        return inventory.facts().stream().filter(facts -> !facts.peer().equals(self)).toList();
    }
}
