#include "clones.h"
#include "kernels.h"

// A number that follows from a value's position and the seed, each bit of it as often set as not (the constants are those
// of Wellons' `lowbias32`).
static inline __attribute__((always_inline)) uint32_t number_at(uint32_t position, uint32_t low, uint32_t high) {
  uint32_t x = position ^ low;
  x = (x ^ (x >> 16)) * 0x7feb352du;
  x = ((x ^ (x >> 15)) ^ high) * 0x846ca68bu;
  x = (x ^ (x >> 16)) * 0x7feb352du;
  return x ^ (x >> 15);
}

CLONES void antiphon_drop_out(
    float *restrict x, size_t pitch, uint64_t seed, uint32_t dropped, float scale, size_t first, size_t pixels,
    size_t channels) {
  const uint32_t low = (uint32_t)seed, high = (uint32_t)(seed >> 32);
  for (size_t pixel = first; pixel < first + pixels; pixel++) {
    float *row = x + pixel * pitch;
    const uint32_t start = (uint32_t)(pixel * channels);
    for (size_t c = 0; c < channels; c++)
      row[c] = number_at(start + (uint32_t)c, low, high) < dropped ? 0 : row[c] * scale;
  }
}
