/// Bytes that last: canonical CBOR, framed and durable files, locks between processes. Whatever
/// keeps state on disk or signs it does so through this package, so that each rule has one place.
@Export
@Version("1.0.0")
@NullMarked
package dev.mens.storage;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
