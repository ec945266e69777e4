/// What lies where on a device, counted before it is allocated: weights, work space and the pages
/// of key-value caches. Plain Java; tested without a device.
@NullMarked
package dev.mens.backend.cuda.memory;

import org.jspecify.annotations.NullMarked;
