/// Content that is named by its hash: model bundles, their signed manifests, and the store that
/// keeps them on disk.
///
/// A {@link dev.mens.content.ModelBundle} says what a model is, independently of where it came
/// from; a {@link dev.mens.content.Manifest} adds the files with their chunk trees and the
/// {@link dev.mens.content.Provenance}; {@link dev.mens.content.ContentStore} keeps bundles, and
/// {@link dev.mens.content.ModelLibrary} is what commands use.
@Export
@Version("1.2.0")
@NullMarked
package dev.mens.content;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
