#include "clones.h"
#include "kernels.h"

#include <string.h>

static inline uint32_t bits_of(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static inline float float_of(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

#define INFINITE 0x7f800000u

// What is finite stays so.
static inline uint32_t at_most(uint32_t magnitude, uint32_t most) {
  return magnitude > most && magnitude < INFINITE ? most : magnitude;
}

CLONES void antiphon_to_bfloat16(void *bytes, const float *restrict values, size_t count) {
  antiphon_half *restrict halves = bytes;
  for (size_t i = 0; i < count; i++) {
    const uint32_t bits = bits_of(values[i]);
    const uint32_t magnitude = at_most(bits & 0x7fffffffu, 0x7f7f0000u);
    const uint32_t rounded = (magnitude + 0x7fffu + (magnitude >> 16 & 1)) >> 16;
    halves[i] = (uint16_t)((bits >> 16 & 0x8000u) | (magnitude > INFINITE ? 0x7fc0u : rounded));
  }
}

CLONES void antiphon_from_bfloat16(float *restrict values, const void *bytes, size_t count) {
  const antiphon_half *restrict halves = bytes;
  for (size_t i = 0; i < count; i++) values[i] = float_of((uint32_t)halves[i] << 16);
}

// After Dukhan's FP16 library: the sum with a power of two has its last bit where that of the half is, and so is rounded
// there, for subnormal halves too.
CLONES void antiphon_to_float16(void *bytes, const float *restrict values, size_t count) {
  antiphon_half *restrict halves = bytes;
  for (size_t i = 0; i < count; i++) {
    const uint32_t bits = bits_of(values[i]), magnitude = at_most(bits & 0x7fffffffu, 0x477fe000u);
    const uint32_t exponent = magnitude & INFINITE, least = 0x38800000u;
    const float power = float_of((exponent < least ? least : exponent) + 0x07800000u);
    const uint32_t sum = bits_of(power + float_of(magnitude) * 0x1p112f * 0x1p-110f);
    const uint32_t half = magnitude > INFINITE ? 0x7e00u : (sum >> 13 & 0x7c00u) + (sum & 0x0fffu);
    halves[i] = (uint16_t)((bits >> 16 & 0x8000u) | half);
  }
}

CLONES void antiphon_from_float16(float *restrict values, const void *bytes, size_t count) {
  const antiphon_half *restrict halves = bytes;
  for (size_t i = 0; i < count; i++) {
    const uint32_t half = halves[i], magnitude = half & 0x7fffu;
    const float normal = float_of((magnitude << 13) + 0x70000000u) * 0x1p-112f;
    const float subnormal = float_of(magnitude | 0x3f000000u) - 0.5f;
    values[i] = float_of((half & 0x8000u) << 16 | bits_of(magnitude < 0x0400u ? subnormal : normal));
  }
}
