// linear_q4_0_<2|8|16>: see linear.cuh.
#include "linear.cuh"

DEFINE_LINEARS(Q4_0, q4_0)
