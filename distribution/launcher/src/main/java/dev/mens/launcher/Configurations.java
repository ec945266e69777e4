package dev.mens.launcher;

import dev.mens.console.NodeProblem;
import java.util.Dictionary;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/// Hands the configurations of features to the framework's ConfigurationAdmin. Its classes live
/// in a bundle, so it is called by name.
final class Configurations {
    private static final String ADMIN = "org.osgi.service.cm.ConfigurationAdmin";

    private final BundleContext context;

    Configurations(BundleContext context) {
        this.context = context;
    }

    /// @param configurations by PID; `factory~name` for factories
    void apply(Map<String, Map<String, Object>> configurations) {
        var reference = context.getServiceReference(ADMIN);
        if (reference == null) {
            throw NodeProblem.NO_START.with(
                    "features configure services, but none installs " + ADMIN);
        }
        var admin = context.getService(reference);
        try {
            for (var entry : configurations.entrySet()) {
                var configuration = configuration(admin, entry.getKey());
                configuration
                        .getClass()
                        .getMethod("update", Dictionary.class)
                        .invoke(configuration, FrameworkUtil.asDictionary(entry.getValue()));
            }
        } catch (ReflectiveOperationException failure) {
            throw NodeProblem.NO_START.because(failure, "configuration failed: " + failure);
        } finally {
            context.ungetService(reference);
        }
    }

    private static Object configuration(Object admin, String pid)
            throws ReflectiveOperationException {
        int tilde = pid.indexOf('~');
        if (tilde < 0) {
            return admin.getClass()
                    .getMethod("getConfiguration", String.class, String.class)
                    .invoke(admin, pid, "?");
        }
        return admin.getClass()
                .getMethod("getFactoryConfiguration", String.class, String.class, String.class)
                .invoke(admin, pid.substring(0, tilde), pid.substring(tilde + 1), "?");
    }
}
