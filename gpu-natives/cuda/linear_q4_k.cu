// linear_q4_k_<2|8|16>: see linear.cuh. linear_q4_k_4: see quantized.cuh. linear_q4_k_1: see onerow.cuh.
#include "onerow.cuh"

DEFINE_LINEARS(Q4_K, q4_k)
DEFINE_INTEGERS(Q4_K, q4_k)
DEFINE_ONE(Q4_K, q4_k)
