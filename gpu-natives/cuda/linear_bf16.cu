// linear_bf16_<2|8|16>: see linear.cuh.
#include "linear.cuh"

DEFINE_LINEARS(BF16, bf16)
