/// Contracts of the bundle `crypto`.
@Export
@Version("1.0.0")
@NullMarked
package dev.mens.crypto;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
