// Sixteen floats at once: one register of AVX-512, two of AVX2, four of SSE or NEON. Loops are over channels, which are
// innermost; the last lanes of a row may be partly beyond its end.
#ifndef ANTIPHON_LANES_H
#define ANTIPHON_LANES_H

#include "kernels.h"

#include <stddef.h>
#include <string.h>

#define LANES 16

typedef float lanes __attribute__((ext_vector_type(LANES), aligned(4)));

#define INLINE static inline __attribute__((always_inline))

typedef float half_lanes __attribute__((ext_vector_type(LANES / 2), aligned(4)));

// What is beyond `count` is zero. Half of the lanes, as narrow networks have, are one load as well.
INLINE void load_lanes(lanes *target, const float *source, size_t count) {
  if (count >= LANES) {
    *target = *(const lanes *)source;
  } else if (count == LANES / 2) {
    const half_lanes half = *(const half_lanes *)source, zero = (half_lanes){0};
    target->lo = half;
    target->hi = zero;
  } else {
    float padded[LANES] = {0};
    for (size_t i = 0; i < count; i++) padded[i] = source[i];
    *target = *(const lanes *)padded;
  }
}

INLINE void store_lanes(float *target, const lanes *source, size_t count) {
  if (count >= LANES) *(lanes *)target = *source;
  else if (count == LANES / 2) *(half_lanes *)target = source->lo;
  else
    for (size_t i = 0; i < count; i++) target[i] = (*source)[i];
}

// What is not a number stays so: a network that diverges has to be seen.
INLINE void larger_lanes(lanes *target, const lanes *other) {
  *target = *other > *target ? *other : *target;
}

// The coefficients of a source for some channels.
typedef struct {
  lanes scale, shift, floor, other_scale;
} coefficient_lanes;

INLINE void load_coefficients(coefficient_lanes *target, const antiphon_source *source, size_t channel, size_t count) {
  if (!source->scale) return;
  load_lanes(&target->scale, source->scale + channel, count);
  load_lanes(&target->shift, source->shift + channel, count);
  load_lanes(&target->floor, source->floor + channel, count);
  if (source->other) load_lanes(&target->other_scale, source->other_scale + channel, count);
}

// What a source says of some channels of one pixel.
INLINE void read_source(
    lanes *target, const antiphon_source *source, const coefficient_lanes *coefficients, size_t pixel, size_t channel,
    size_t count) {
  load_lanes(target, source->values + pixel * source->pitch + channel, count);
  if (!source->scale) return;
  *target = *target * coefficients->scale + coefficients->shift;
  if (source->other) {
    lanes other;
    load_lanes(&other, source->other + pixel * source->other_pitch + channel, count);
    *target += other * coefficients->other_scale;
  }
  larger_lanes(target, &coefficients->floor);
}

#endif
