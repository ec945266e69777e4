/// The node's side of `vox`: an owner-only socket whose every connection is one Gogo session.
@NullMarked
package dev.mens.console.local;

import org.jspecify.annotations.NullMarked;
