#pragma once
#include <stddef.h>

/// Adam over whole arrays, in one loop: what memory allows.
void bare_adam(float *restrict weights, float *restrict first_moments, float *restrict second_moments,
    const float *restrict gradients, size_t count, float rate);
