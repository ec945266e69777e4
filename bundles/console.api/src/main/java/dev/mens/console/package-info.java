/// What a node and its thin client `vox` agree on: where a node's files lie ({@link
/// dev.mens.console.Home}), and the frames that pass over its socket ({@link
/// dev.mens.console.Frame}).
///
/// A client connects, sends one `HELLO` with a {@link dev.mens.console.Request}, and is answered
/// by `WELCOME`; then `STDOUT` and `STDERR` flow until `EXIT`. Standard input is pulled: the client
/// sends one `STDIN` frame for each `WANT`, so a command that reads nothing takes nothing.
@Export
@Version("1.0.0")
@NullMarked
package dev.mens.console;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
