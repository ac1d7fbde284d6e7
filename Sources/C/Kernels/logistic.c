#include "clones.h"
#include "exponential.h"
#include "kernels.h"

#include <math.h>

CLONES static void losses_and_gradients(
    float *restrict losses, float *restrict gradient, const float *restrict logits, const float *restrict targets,
    size_t count, float scale) {
  for (size_t i = 0; i < count; i++) {
    const float z = logits[i], t = targets[i];
    const float small = exp_of_negative(-fabsf(z));
    losses[i] = (z > 0 ? z : 0) - z * t + log1p_of_fraction(small);
    gradient[i] = ((z >= 0 ? 1 : small) / (1 + small) - t) * scale;
  }
}

double antiphon_logistic_loss(
    float *restrict gradient, const float *restrict logits, const float *restrict targets, size_t count, float scale) {
  enum { piece = 256 };
  float losses[piece];
  double loss = 0;
  for (size_t first = 0; first < count; first += piece) {
    const size_t size = count - first < piece ? count - first : piece;
    losses_and_gradients(losses, gradient + first, logits + first, targets + first, size, scale);
    for (size_t i = 0; i < size; i++) loss += losses[i];
  }
  return loss;
}

// With p = 1 / (1 + e^-z) and q = 1 - p, a positive's loss is -q^gamma ln p, and its slope q^gamma (gamma p ln p - q); a
// negative's is the same with p and q changed for each other, and falls where the other one's rises.
CLONES static void focal_losses_and_gradients(
    float *restrict losses, float *restrict gradient, const float *restrict logits, const float *restrict targets,
    size_t count, antiphon_focus focus, float scale) {
  for (size_t i = 0; i < count; i++) {
    const float z = logits[i], positive = focus.positive * targets[i], negative = focus.negative * (1 - targets[i]);
    const float small = exp_of_negative(-fabsf(z)), rest = log1p_of_fraction(small);
    const float p = (z >= 0 ? 1 : small) / (1 + small), q = (z >= 0 ? small : 1) / (1 + small);
    const float log_p = (z < 0 ? z : 0) - rest, log_q = (z > 0 ? -z : 0) - rest;
    const float of_positive = positive * exp_of_negative(focus.gamma * log_q);
    const float of_negative = negative * exp_of_negative(focus.gamma * log_p);
    losses[i] = -of_positive * log_p - of_negative * log_q;
    gradient[i] =
        (of_positive * (focus.gamma * p * log_p - q) - of_negative * (focus.gamma * q * log_q - p)) * scale;
  }
}

double antiphon_focal_loss(
    float *restrict gradient, const float *restrict logits, const float *restrict targets, size_t count,
    antiphon_focus focus, float scale) {
  enum { piece = 256 };
  float losses[piece];
  double loss = 0;
  for (size_t first = 0; first < count; first += piece) {
    const size_t size = count - first < piece ? count - first : piece;
    focal_losses_and_gradients(losses, gradient + first, logits + first, targets + first, size, focus, scale);
    for (size_t i = 0; i < size; i++) loss += losses[i];
  }
  return loss;
}

CLONES void antiphon_logistic(float *restrict y, const float *restrict logits, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] = logistic_of(logits[i]);
}
