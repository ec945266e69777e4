/// Errors that a person can act on: an ID that never changes, the facts, and the remedy.
///
/// Each bundle lists its own problems in one `…Problem` enum that implements {@link
/// dev.mens.diagnostics.Problem}, and publishes them as a {@link
/// dev.mens.diagnostics.ProblemCatalog} service so that `vox explain` can print them.
@Export
@Version("1.2.0")
@NullMarked
package dev.mens.diagnostics;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
