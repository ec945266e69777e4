/// Models as files and as text: what is in a model's folder, its tensors, its tokenizer and its
/// chat template.
@Export
@Version("1.1.0")
@NullMarked
package dev.mens.model;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
