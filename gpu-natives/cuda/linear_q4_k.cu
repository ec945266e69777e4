// linear_q4_k_<2|8|16>: see linear.cuh.
#include "linear.cuh"

DEFINE_LINEARS(Q4_K, q4_k)
