/// Asking a model: backends that can serve, the dispatcher that chooses among them, and the
/// stream that comes back.
///
/// A plug-in implements {@link dev.mens.inference.InferenceBackend} and registers it as a
/// service; users (commands, HTTP, scripts) call {@link dev.mens.inference.Dispatcher} and
/// nothing else.
@Export
@Version("1.2.0")
@NullMarked
package dev.mens.inference;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
