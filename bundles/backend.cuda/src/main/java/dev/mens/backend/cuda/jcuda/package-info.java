/// The devices of this machine, by JCuda's driver API; by java.lang.foreign where that is faster
/// or where JCuda has nothing.
@NullMarked
package dev.mens.backend.cuda.jcuda;

import org.jspecify.annotations.NullMarked;
