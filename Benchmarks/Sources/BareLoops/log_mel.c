#include "bare_loops.h"

#include <fftw3.h>
#include <math.h>
#include <string.h>

// VGGish's parameters.
enum { WINDOW = 400, HOP = 160, LENGTH = 512, BINS = LENGTH / 2 + 1, STRIDE = 264, BANDS = 64, BATCH = 64 };

typedef struct {
  int first, end;
  float weights[BINS];
} band;

static double mel(double hertz) { return 1127 * log(1 + hertz / 700); }

static void make_bands(band *bands) {
  const double lowest = mel(125), step = (mel(7500) - lowest) / (BANDS + 1);
  for (int b = 0; b < BANDS; b++) {
    bands[b] = (band){.first = BINS};
    for (int bin = 1; bin < BINS; bin++) {
      const double position = (mel(bin * 16000.0 / LENGTH) - lowest) / step - b;
      const double weight = fmin(position, 2 - position);
      if (weight <= 0) continue;
      if (bands[b].first > bin) bands[b].first = bin;
      bands[b].end = bin + 1;
      bands[b].weights[bin] = (float)weight;
    }
  }
}

static inline float logarithm(float x) {
  int bits;
  memcpy(&bits, &x, sizeof bits);
  const int exponent = (bits - 0x3f3504f3) >> 23, fraction = bits - (int)((unsigned)exponent << 23);
  float m;
  memcpy(&m, &fraction, sizeof m);
  const float s = (m - 1) / (m + 1), q = s * s;
  return exponent * 0.69314718f + 2 * s * (1 + q * (1.0f / 3 + q * (1.0f / 5 + q * (1.0f / 7 + q * (1.0f / 9)))));
}

static void sum_bands(float *restrict result, const float *restrict magnitudes, const band *bands) {
#pragma clang fp reassociate(on)
  for (int b = 0; b < BANDS; b++) {
    const float *weights = bands[b].weights;
    float sum = 0;
#pragma clang loop vectorize_width(4) interleave_count(1)
    for (int bin = bands[b].first; bin < bands[b].end; bin++) sum += magnitudes[bin] * weights[bin];
    result[b] = sum;
  }
}

static void rows_to_bands(float *restrict result, const float *restrict spectra, const band *bands, size_t rows) {
  float magnitudes[STRIDE];
  for (size_t row = 0; row < rows; row++, spectra += 2 * STRIDE) {
    for (int bin = 0; bin < STRIDE; bin++) {
      const float real = spectra[2 * bin], imaginary = spectra[2 * bin + 1];
      magnitudes[bin] = sqrtf(real * real + imaginary * imaginary);
    }
    sum_bands(result + row * BANDS, magnitudes, bands);
  }
  for (size_t i = 0; i < rows * BANDS; i++) result[i] = logarithm(result[i] + 0.01f);
}

int bare_log_mel(float *restrict result, const float *restrict samples, size_t frames) {
  float window[WINDOW];
  for (int i = 0; i < WINDOW; i++) window[i] = (float)(0.5 - 0.5 * cos(2 * M_PI * i / WINDOW));
  band bands[BANDS];
  make_bands(bands);
  float *input = fftwf_alloc_real(BATCH * LENGTH);
  fftwf_complex *output = fftwf_alloc_complex(BATCH * STRIDE);
  if (!input || !output) return 0;
  // Of what FFTW has, real and imaginary parts in turn are the fastest here. From the second call on a plan takes no time.
  const int length = LENGTH;
  fftwf_plan plan =
      fftwf_plan_many_dft_r2c(1, &length, BATCH, input, NULL, 1, LENGTH, output, NULL, 1, STRIDE, FFTW_PATIENT);
  if (!plan) return 0;
  memset(input, 0, BATCH * LENGTH * sizeof *input);
  memset(output, 0, BATCH * STRIDE * sizeof *output);
  for (size_t first = 0; first < frames; first += BATCH) {
    const size_t rows = frames - first < BATCH ? frames - first : BATCH;
    for (size_t row = 0; row < rows; row++)
      for (int i = 0; i < WINDOW; i++) input[row * LENGTH + i] = samples[(first + row) * HOP + i] * window[i];
    fftwf_execute(plan);
    rows_to_bands(result + first * BANDS, (const float *)output, bands, rows);
  }
  fftwf_destroy_plan(plan);
  fftwf_free(input);
  fftwf_free(output);
  return 1;
}
