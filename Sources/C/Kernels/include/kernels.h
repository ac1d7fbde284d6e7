// Antiphon's own C: SIMD loops only. Each is compiled for several instruction sets, and the best one that the
// processor has is chosen when the program is loaded (`target_clones`).
#ifndef ANTIPHON_KERNELS_H
#define ANTIPHON_KERNELS_H

#include <stddef.h>
#include <stdint.h>

// One step of Adam in TensorFlow's form ("epsilon hat": Kingma and Ba, section 2, last paragraph), in one pass over
// `count` values: m += (g - m)(1 - beta1); v += (g² - v)(1 - beta2); weight -= rate · m / (√v + epsilon).
// `rate` already holds √(1 - beta2^t) / (1 - beta1^t). The arrays do not overlap.
void antiphon_adam(
    float *weights, float *first_moments, float *second_moments, const float *gradients, size_t count,
    float rate, float beta1, float beta2, float epsilon);

// The CRC-32C (Castagnoli) of `count` bytes, going on from `checksum` (0 at the start).
uint32_t antiphon_crc32c(uint32_t checksum, const void *bytes, size_t count);

#endif
