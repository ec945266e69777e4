/// The op-log: what happened in this mesh, as signed entries that all its nodes share.
///
/// An {@link dev.mens.oplog.Op} says what happened; {@link dev.mens.oplog.OpLog#append} makes a
/// signed {@link dev.mens.oplog.OpEntry} of it, durable when the call returns. Entries of other
/// nodes arrive by themselves. {@link dev.mens.oplog.Ledger} answers what follows from all of
/// them; a {@link dev.mens.oplog.Projection} of one's own can be attached to the log.
@Export
@Version("1.1.0")
@NullMarked
package dev.mens.oplog;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
