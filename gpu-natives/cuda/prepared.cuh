// An RMS norm between two products without a kernel of its own. The product that adds to the residual stream also writes what enters the next,
// bf16(x · (offset + gain)), and sums of squares of x; the next product divides its finished sums by the root of their mean.
#pragma once
#include "mens.cuh"

constexpr int ROOT_ROWS = 16;  // sums of squares are [part][ROOT_ROWS]

// What a product's finished sums are multiplied by: 1 / √(mean(x²) + ε) of each row of x.
struct Roots {
    const float* squares;  // 0: by nothing
    int parts;
    float epsilon;
};

// For the product after this one, of every row.
struct Next {
    bf16* x;  // [rows, yStride]; 0: nothing is wanted
    const float* gain;
    float* squares;
    float offset;
};
