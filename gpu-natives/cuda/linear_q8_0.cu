// linear_q8_0_<2|8|16>: see linear.cuh. linear_q8_0_4: see quantized.cuh. linear_q8_0_1: see onerow.cuh.
#include "onerow.cuh"

DEFINE_LINEARS(Q8_0, q8_0)
DEFINE_INTEGERS(Q8_0, q8_0)
DEFINE_ONE(Q8_0, q8_0)
