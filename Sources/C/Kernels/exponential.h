// Functions of libm, but those take one value at a time.
#ifndef ANTIPHON_EXPONENTIAL_H
#define ANTIPHON_EXPONENTIAL_H

#include <math.h>
#include <string.h>

/// e^x for x of 0 and less, to a unit in the last place; 0 below -87, where it is no Float of full precision.
static inline __attribute__((always_inline)) float exp_of_negative(float x) {
  const float magic = 0x1.8p23f;  // what is added to it is rounded to a whole number, which is then in its lowest bits
  const float shifted = x * 0x1.715476p0f + magic;
  const float n = shifted - magic;
  const float r = (x - n * 0x1.62e4p-1f) - n * 0x1.7f7d1cp-20f;  // x - n ln 2
  const float higher = 1.0f / 120 + r * (1.0f / 720 + r * (1.0f / 5040));
  const float power = 1 + r + r * r * (0.5f + r * (1.0f / 6 + r * (1.0f / 24 + r * higher)));
  int exponent;
  memcpy(&exponent, &shifted, sizeof exponent);
  const int scale_bits = (int)(((unsigned)exponent + 127) << 23);
  float scale;
  memcpy(&scale, &scale_bits, sizeof scale);
  return x < -87 ? 0 : power * scale;  // a NaN stays one
}

/// ln(1 + u) for u from 0 to 1, as twice the inverse hyperbolic tangent of u / (2 + u).
static inline __attribute__((always_inline)) float log1p_of_fraction(float u) {
  const float s = u / (2 + u), q = s * s;
  const float higher = 1.0f / 7 + q * (1.0f / 9 + q * (1.0f / 11 + q * (1.0f / 13)));
  return 2 * s * (1 + q * (1.0f / 3 + q * (1.0f / 5 + q * higher)));
}

/// 1 / (1 + e^-z).
static inline __attribute__((always_inline)) float logistic_of(float z) {
  const float small = exp_of_negative(-fabsf(z));
  return (z >= 0 ? 1 : small) / (1 + small);
}

#endif
