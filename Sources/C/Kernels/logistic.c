#include "kernels.h"

#include <math.h>

double antiphon_logistic_loss(
    float *restrict gradient, const float *restrict logits, const float *restrict targets, size_t count, float scale) {
  double loss = 0;
  for (size_t i = 0; i < count; i++) {
    const float z = logits[i], t = targets[i];
    const float small = expf(-fabsf(z));
    loss += (z > 0 ? z : 0) - z * t + log1pf(small);
    gradient[i] = ((z >= 0 ? 1 : small) / (1 + small) - t) * scale;
  }
  return loss;
}

void antiphon_logistic(float *restrict y, const float *restrict logits, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const float small = expf(-fabsf(logits[i]));
    y[i] = (logits[i] >= 0 ? 1 : small) / (1 + small);
  }
}
