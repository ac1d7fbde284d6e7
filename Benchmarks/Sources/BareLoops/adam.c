#include "bare_loops.h"

#include <math.h>

void bare_adam(float *restrict weights, float *restrict first_moments, float *restrict second_moments,
    const float *restrict gradients, size_t count, float rate) {
  for (size_t i = 0; i < count; i++) {
    const float g = gradients[i];
    first_moments[i] = 0.9f * first_moments[i] + 0.1f * g;
    second_moments[i] = 0.999f * second_moments[i] + 0.001f * g * g;
    weights[i] -= rate * first_moments[i] / (sqrtf(second_moments[i]) + 1e-8f);
  }
}
