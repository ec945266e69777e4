package dev.mens.backend.cuda.jcuda;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import jcuda.NativePointerObject;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;

/// Between JCuda's objects and the addresses and handles in them, which it keeps to itself.
final class Handles {
    private static final Method GET_NATIVE_POINTER = getNativePointer();

    private Handles() {}

    private static Method getNativePointer() {
        try {
            var method = NativePointerObject.class.getDeclaredMethod("getNativePointer");
            method.setAccessible(true);
            return method;
        } catch (NoSuchMethodException changed) {
            throw new LinkageError(changed.getMessage(), changed);
        }
    }

    static long of(NativePointerObject object) {
        try {
            return (long) GET_NATIVE_POINTER.invoke(object);
        } catch (IllegalAccessException | InvocationTargetException impossible) {
            throw new LinkageError(impossible.getMessage(), impossible);
        }
    }

    static CUdeviceptr device(long address) {
        return new CUdeviceptr().withByteOffset(address);
    }

    static Pointer host(long address) {
        return new Pointer().withByteOffset(address);
    }
}
