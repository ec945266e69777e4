package dev.mens.itests.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The documents that say where things live are held against the tree (Mn-T15).
final class TourTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");

    private final Repository repository = new Repository();

    @Test
    void the_tour_names_every_bundle_and_no_other() {
        var tour = Repository.read(repository.root().resolve("docs/tour.md"));
        var named = new TreeSet<String>();
        var row = Pattern.compile("(?m)^\\| \\[`([a-z0-9.]+)`\\]\\(\\.\\./bundles/");
        row.matcher(tour).results().forEach(match -> named.add(match.group(1)));
        var present = new TreeSet<String>();
        repository.bundles().forEach(bundle -> present.add(bundle.getFileName().toString()));
        assertEquals(present, named);
    }

    @Test
    void links_of_the_documents_lead_to_files() {
        var documents = repository.files(file -> file.toString().endsWith(".md"));
        assertTrue(documents.size() > 5);
        var broken =
                documents.stream()
                        .flatMap(
                                document ->
                                        links(Repository.read(document))
                                                .filter(
                                                        link ->
                                                                !Files.exists(
                                                                        document.resolveSibling(
                                                                                link)))
                                                .map(link -> document + " -> " + link))
                        .toList();
        assertEquals(List.of(), broken);
    }

    private static Stream<String> links(String document) {
        return LINK.matcher(document).results().map(match -> match.group(1).strip());
    }
}
