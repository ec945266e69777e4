package dev.mens.itests.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.diagnostics.Problem;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Every diagnostic that a user can meet, read from the built bundles.
final class ProblemRulesTest {
    private final Repository repository = new Repository();

    @Test
    void ids_are_unique_well_formed_and_come_with_a_remedy() throws Exception {
        var owners = new HashMap<String, String>();
        for (var problem : problems()) {
            var id = problem.id();
            assertTrue(id.matches("vox/[a-z][a-z-]*/[a-z0-9]+(-[a-z0-9]+)*"), id);
            assertFalse(problem.facts().isBlank(), id);
            assertFalse(problem.remedy().isBlank(), id);
            assertFalse(
                    problem.remedy().endsWith("."), () -> id + ": the message adds the full stop");
            var previous = owners.put(id, problem.getClass().getName());
            assertEquals(null, previous, id);
        }
        assertFalse(owners.isEmpty());
    }

    private List<Problem> problems() throws Exception {
        var bundles = repository.bundles();
        var urls = bundles.stream().map(this::jarUrl).toArray(URL[]::new);
        var found = new ArrayList<Problem>();
        try (var loader = new URLClassLoader(urls, Problem.class.getClassLoader())) {
            for (var bundle : bundles) {
                for (var name : problemClasses(bundle)) {
                    var type = Class.forName(name, true, loader);
                    if (type.isEnum()) {
                        for (var constant : type.getEnumConstants()) {
                            found.add((Problem) constant);
                        }
                    }
                }
            }
        }
        return found;
    }

    private List<String> problemClasses(Path bundle) throws Exception {
        try (var jar = repository.jar(bundle)) {
            Stream<String> names = jar.stream().map(entry -> entry.getName());
            return names.filter(name -> name.matches("dev/mens/.+Problem\\.class"))
                    .filter(name -> !name.endsWith("/Problem.class"))
                    .map(name -> name.replace(".class", "").replace('/', '.'))
                    .toList();
        }
    }

    private URL jarUrl(Path bundle) {
        try {
            return repository.jarPath(bundle).toUri().toURL();
        } catch (MalformedURLException malformed) {
            throw new AssertionError(malformed);
        }
    }
}
