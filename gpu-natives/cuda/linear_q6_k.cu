// linear_q6_k_<2|8|16>: see linear.cuh.
#include "linear.cuh"

DEFINE_LINEARS(Q6_K, q6_k)
