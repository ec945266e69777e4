/// The command `vox`: sends its command line to the node of MENS_HOME and relays its streams. It is
/// started for every command, so it uses little of the JDK and no other library.
@NullMarked
package dev.mens.client;

import org.jspecify.annotations.NullMarked;
