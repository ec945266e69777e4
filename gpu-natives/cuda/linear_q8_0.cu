// linear_q8_0_<2|8|16>: see linear.cuh.
#include "linear.cuh"

DEFINE_LINEARS(Q8_0, q8_0)
