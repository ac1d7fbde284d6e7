#include "clones.h"
#include "kernels.h"
#include "lanes.h"

enum { BLOCK = ANTIPHON_SIGN_BLOCK };

typedef int32_t integer_lanes __attribute__((ext_vector_type(LANES)));
typedef _Bool sign_lanes __attribute__((ext_vector_type(LANES)));

INLINE float sum_of_lanes(const lanes *x) {
  float sum = 0;
  for (int i = 0; i < LANES; i++) sum += (*x)[i];
  return sum;
}

// Adds the values to what was left, and writes the signs of the sums and the means of both kinds. A sum that is not a
// number counts among those below zero, and is seen in their mean.
INLINE void read_block(float means[2], uint8_t *signs, float *left, const float *values, size_t count) {
  lanes above = (lanes){0}, below = (lanes){0};
  size_t number_above = 0;
  for (size_t i = 0; i < count; i += LANES) {
    lanes x, y;
    load_lanes(&x, left + i, count - i);
    load_lanes(&y, values + i, count - i);
    x += y;
    store_lanes(left + i, &x, count - i);
    const integer_lanes is_above = x >= 0;
    above += is_above ? x : 0;
    below += is_above ? 0 : x;
    const sign_lanes bits = __builtin_convertvector(is_above, sign_lanes);
    uint16_t word;
    memcpy(&word, &bits, sizeof word);
    if (count - i < LANES) word &= (1 << (count - i)) - 1;
    number_above += (size_t)__builtin_popcount(word);
    memcpy(signs + i / 8, &word, count - i > 8 ? 2 : 1);
  }
  means[1] = number_above > 0 ? sum_of_lanes(&above) / (float)number_above : 0;
  means[0] = number_above < count ? sum_of_lanes(&below) / (float)(count - number_above) : 0;
}

CLONES void antiphon_to_signs(void *means, uint8_t *signs, float *restrict left, const float *restrict values, size_t count) {
  for (size_t first = 0; first < count; first += BLOCK) {
    const size_t n = count - first < BLOCK ? count - first : BLOCK;
    float pair[2];
    read_block(pair, signs + first / 8, left + first, values + first, n);
    memcpy((char *)means + first / BLOCK * sizeof pair, pair, sizeof pair);
    const lanes above = (lanes)pair[1], below = (lanes)pair[0];
    for (size_t i = 0; i < n; i += LANES) {
      lanes x;
      load_lanes(&x, left + first + i, n - i);
      x -= x >= 0 ? above : below;
      store_lanes(left + first + i, &x, n - i);
    }
  }
}

CLONES void antiphon_from_signs(float *restrict values, const void *means, const uint8_t *signs, size_t count) {
  const integer_lanes places = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768};
  for (size_t first = 0; first < count; first += BLOCK) {
    const size_t n = count - first < BLOCK ? count - first : BLOCK;
    float pair[2];
    memcpy(pair, (const char *)means + first / BLOCK * sizeof pair, sizeof pair);
    const lanes above = (lanes)pair[1], below = (lanes)pair[0];
    for (size_t i = 0; i < n; i += LANES) {
      uint16_t word = 0;
      memcpy(&word, signs + (first + i) / 8, n - i > 8 ? 2 : 1);
      const lanes x = ((integer_lanes)(int32_t)word & places) != 0 ? above : below;
      store_lanes(values + first + i, &x, n - i);
    }
  }
}
