/// Families of models: what a config.json and its tensor names mean as a network.
@NullMarked
package dev.mens.transformer.family;

import org.jspecify.annotations.NullMarked;
