// What brings the vectors of a clip together, by channel: [length, channels] to [channels].
#include "clones.h"
#include "exponential.h"
#include "kernels.h"

#include <string.h>

// Weights of attention are no smaller, so that they have a sum, and as far from 1 (Kong et al.).
static const float least_weight = 1e-7f;

CLONES static void pool_mean(float *restrict output, const float *restrict values, size_t length, size_t channels) {
  for (size_t c = 0; c < channels; c++) output[c] = 0;
  for (size_t t = 0; t < length; t++)
    for (size_t c = 0; c < channels; c++) output[c] += values[t * channels + c];
  for (size_t c = 0; c < channels; c++) output[c] /= (float)length;
}

// What is not a number is larger than any: a network that diverges has to be seen.
CLONES static void pool_largest(
    float *restrict output, float *restrict places, const float *restrict values, size_t length, size_t channels) {
  for (size_t c = 0; c < channels; c++) output[c] = values[c];
  for (size_t c = 0; c < channels; c++) places[c] = 0;
  for (size_t t = 1; t < length; t++) {
    for (size_t c = 0; c < channels; c++) {
      const float value = values[t * channels + c];
      const int is_larger = value > output[c] || value != value;
      output[c] = is_larger ? value : output[c];
      places[c] = is_larger ? (float)t : places[c];
    }
  }
}

CLONES static void pool_attention(
    float *restrict output, float *restrict sums, const float *restrict values, float *restrict gates, size_t length,
    size_t channels) {
  for (size_t c = 0; c < channels; c++) output[c] = 0;
  for (size_t c = 0; c < channels; c++) sums[c] = 0;
  for (size_t t = 0; t < length; t++) {
    for (size_t c = 0; c < channels; c++) {
      const float gate = logistic_of(gates[t * channels + c]);
      const float above = gate < least_weight ? least_weight : gate;
      const float weight = above > 1 - least_weight ? 1 - least_weight : above;
      gates[t * channels + c] = weight;
      sums[c] += weight;
      output[c] += weight * values[t * channels + c];
    }
  }
  for (size_t c = 0; c < channels; c++) output[c] /= sums[c];
}

CLONES static void make_probabilities(float *restrict values, size_t count) {
  for (size_t i = 0; i < count; i++) values[i] = logistic_of(values[i]);
}

void antiphon_pool_clip(
    float *restrict output, float *restrict kept, float *restrict values, float *restrict gates, size_t length,
    size_t channels, antiphon_pooling pooling, int are_probabilities) {
  if (are_probabilities) make_probabilities(values, length * channels);
  switch (pooling) {
    case ANTIPHON_MEAN: return pool_mean(output, values, length, channels);
    case ANTIPHON_LARGEST: return pool_largest(output, kept, values, length, channels);
    case ANTIPHON_ATTENTION: return pool_attention(output, kept, values, gates, length, channels);
  }
}

CLONES static void spread_mean(float *restrict gradient, const float *restrict slopes, size_t length, size_t channels) {
  for (size_t t = 0; t < length; t++)
    for (size_t c = 0; c < channels; c++) gradient[t * channels + c] = slopes[c] / (float)length;
}

CLONES static void spread_largest(
    float *restrict gradient, const float *restrict slopes, const float *restrict places, size_t length,
    size_t channels) {
  for (size_t t = 0; t < length; t++)
    for (size_t c = 0; c < channels; c++) gradient[t * channels + c] = places[c] == (float)t ? slopes[c] : 0;
}

// With weights w and their sum s: ∂values = ∂y w / s, and ∂gates = ∂y (value - y) / s · w (1 - w).
CLONES static void spread_attention(
    float *restrict gradient, const float *restrict values, float *restrict weights, const float *restrict slopes,
    const float *restrict output, const float *restrict sums, size_t length, size_t channels) {
  for (size_t t = 0; t < length; t++) {
    for (size_t c = 0; c < channels; c++) {
      const size_t i = t * channels + c;
      const float weight = weights[i], share = slopes[c] / sums[c];
      gradient[i] = share * weight;
      weights[i] = share * (values[i] - output[c]) * weight * (1 - weight);
    }
  }
}

CLONES static void slope_of_probabilities(float *restrict gradient, const float *restrict values, size_t count) {
  for (size_t i = 0; i < count; i++) gradient[i] *= values[i] * (1 - values[i]);
}

void antiphon_pool_clip_backward(
    float *restrict gradient, float *restrict gates, const float *restrict values, const float *restrict slopes,
    const float *restrict output, const float *restrict kept, size_t length, size_t rows, size_t channels,
    antiphon_pooling pooling, int are_probabilities) {
  switch (pooling) {
    case ANTIPHON_MEAN: spread_mean(gradient, slopes, length, channels); break;
    case ANTIPHON_LARGEST: spread_largest(gradient, slopes, kept, length, channels); break;
    case ANTIPHON_ATTENTION:
      spread_attention(gradient, values, gates, slopes, output, kept, length, channels);
      memset(gates + length * channels, 0, (rows - length) * channels * sizeof *gates);
  }
  if (are_probabilities) slope_of_probabilities(gradient, values, length * channels);
  memset(gradient + length * channels, 0, (rows - length) * channels * sizeof *gradient);
}
