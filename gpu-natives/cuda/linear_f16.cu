// linear_f16_<2|8|16>: see linear.cuh.
#include "linear.cuh"

DEFINE_LINEARS(F16, f16)
