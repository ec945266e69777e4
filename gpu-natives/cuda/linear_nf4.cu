// linear_nf4_<2|8|16>: see linear.cuh.
#include "linear.cuh"

DEFINE_LINEARS(NF4, nf4)
