/// The golden suite: every case that HuggingFace's libraries computed, run through the code that
/// users run. See the README of the data for how they were made.
@NullMarked
package dev.mens.itests.golden;

import org.jspecify.annotations.NullMarked;
