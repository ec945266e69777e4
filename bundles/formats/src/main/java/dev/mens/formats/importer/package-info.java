/// Import: finds out what a source is and makes a model folder of it.
@NullMarked
package dev.mens.formats.importer;

import org.jspecify.annotations.NullMarked;
