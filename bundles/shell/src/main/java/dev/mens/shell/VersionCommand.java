package dev.mens.shell;

import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/// `vox version`.
@Component(service = Noun.class)
@GogoCommand(scope = Commands.NO_NOUN, function = "version")
public final class VersionCommand implements Noun {
    private final BundleContext context;

    @Activate
    public VersionCommand(BundleContext context) {
        this.context = context;
    }

    @Override
    public String summary() {
        return "what runs";
    }

    record Version(String mens, String java, String vm, String system) {}

    @Descriptor("say which versions run")
    public Version version() {
        return new Version(
                context.getBundle().getVersion().toString(),
                Runtime.version().toString(),
                System.getProperty("java.vm.vendor") + " " + System.getProperty("java.vm.name"),
                System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    }
}
