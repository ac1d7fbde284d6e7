#include "clones.h"
#include "kernels.h"

#include <math.h>

CLONES void antiphon_adam(
    float *restrict weights, float *restrict first_moments, float *restrict second_moments,
    const float *restrict gradients, size_t count, float rate, float beta1, float beta2, float epsilon) {
  const float keep1 = 1 - beta1, keep2 = 1 - beta2;
  for (size_t i = 0; i < count; i++) {
    const float g = gradients[i];
    const float m = first_moments[i] + (g - first_moments[i]) * keep1;
    const float v = second_moments[i] + (g * g - second_moments[i]) * keep2;
    first_moments[i] = m;
    second_moments[i] = v;
    weights[i] -= rate * m / (sqrtf(v) + epsilon);
  }
}
