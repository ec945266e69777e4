/// ONNX as a container of weights: a reader of its protobuf, and what the graph says of a model.
@NullMarked
package dev.mens.formats.onnx;

import org.jspecify.annotations.NullMarked;
