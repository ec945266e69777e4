package dev.mens.itests.mesh;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/// A bundle for a node's folder of dropped jars: one component of the package `dropped`, which is
/// given services of the node.
final class DroppedBundle {
    private static final String DESCRIPTION = "OSGI-INF/component.xml";

    private final Class<?> component;

    /// @param component has one public constructor, for an optional BundleContext and services
    DroppedBundle(Class<?> component) {
        this.component = component;
    }

    void dropInto(MeshNode node) throws IOException {
        var part = node.home().resolve("dropped.part");
        try (var out = Files.newOutputStream(part)) {
            write(out);
        }
        Files.move(part, jar(node), StandardCopyOption.ATOMIC_MOVE);
    }

    void removeFrom(MeshNode node) throws IOException {
        Files.delete(jar(node));
    }

    private Path jar(MeshNode node) {
        return node.home().resolve("deploy").resolve(component.getSimpleName() + ".jar");
    }

    private void write(OutputStream out) throws IOException {
        try (var jar = new JarOutputStream(out, manifest())) {
            jar.putNextEntry(new ZipEntry(DESCRIPTION));
            jar.write(description().getBytes(StandardCharsets.UTF_8));
            for (var file : classes()) {
                var folder = component.getPackageName().replace('.', '/');
                jar.putNextEntry(new ZipEntry(folder + "/" + file.getFileName()));
                Files.copy(file, jar);
            }
        }
    }

    /// The component's class and those within it.
    private List<Path> classes() throws IOException {
        var name = component.getSimpleName();
        try {
            var own = Path.of(component.getResource(name + ".class").toURI());
            try (var files = Files.list(own.getParent())) {
                return files.filter(
                                file ->
                                        file.getFileName()
                                                .toString()
                                                .matches(name + "(\\$.*)?\\.class"))
                        .toList();
            }
        } catch (URISyntaxException noFile) {
            throw new AssertionError(noFile);
        }
    }

    private Manifest manifest() {
        var manifest = new Manifest();
        var main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Bundle-ManifestVersion", "2");
        main.putValue("Bundle-SymbolicName", component.getName());
        main.putValue("Bundle-Version", "1.0.0");
        main.putValue("Service-Component", DESCRIPTION);
        main.putValue(
                "Import-Package",
                "org.osgi.framework,dev.mens.crypto,dev.mens.diagnostics,dev.mens.mesh,"
                        + "dev.mens.oplog,dev.mens.storage");
        return manifest;
    }

    private String description() {
        var parameters = component.getConstructors()[0].getParameterTypes();
        var references = new StringBuilder();
        for (int i = 0; i < parameters.length; i++) {
            if (!parameters[i].getSimpleName().equals("BundleContext")) {
                references.append(
                        "<reference name=\"r%d\" interface=\"%s\" parameter=\"%d\"/>"
                                .formatted(i, parameters[i].getName(), i));
            }
        }
        return """
        <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.4.0" name="%1$s"
            immediate="true" init="%2$d" deactivate="stop">
          <implementation class="%1$s"/>%3$s
        </scr:component>
        """
                .formatted(component.getName(), parameters.length, references);
    }
}
