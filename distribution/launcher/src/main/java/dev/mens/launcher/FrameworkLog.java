package dev.mens.launcher;

import java.util.logging.Level;
import org.apache.felix.framework.Logger;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;

/// Sends what Felix itself has to say to the node's log.
final class FrameworkLog extends Logger {
    private static final java.util.logging.Logger LOG =
            java.util.logging.Logger.getLogger("org.apache.felix.framework");

    @Override
    @SuppressWarnings("rawtypes") // as inherited
    protected void doLog(
            @Nullable Bundle bundle,
            @Nullable ServiceReference reference,
            int level,
            String message,
            @Nullable Throwable cause) {
        var severity =
                switch (level) {
                    case LOG_ERROR -> Level.SEVERE;
                    case LOG_WARNING -> Level.WARNING;
                    case LOG_INFO -> Level.FINE;
                    default -> Level.FINER;
                };
        LOG.log(severity, bundle == null ? message : bundle + ": " + message, cause);
    }
}
