// The steps of log-mel values before and after a Fourier transform, of four frames at once: in double precision up to the
// power of a bin, as the transform is.
#include "clones.h"
#include "kernels.h"

#include <math.h>

#define FRAMES ANTIPHON_FRAMES

// A value of each frame.
typedef float frame_lanes __attribute__((ext_vector_type(FRAMES), aligned(4)));

CLONES void antiphon_cut_frames(
    double *restrict values, size_t length, const float *restrict samples, size_t hop, const double *restrict window,
    size_t window_length) {
  for (size_t frame = 0; frame < FRAMES; frame++, values += length, samples += hop)
    for (size_t i = 0; i < window_length; i++) values[i] = samples[i] * window[i];
}

// With Z the transform of a + ib, for real a and b, and Z* its conjugate at the bin `length` - k:
// A = (Z + Z*) / 2 and B = (Z - Z*) / 2i.
CLONES void antiphon_magnitudes(float *restrict magnitudes, const double *restrict spectra, size_t length) {
  for (size_t row = 0; row < FRAMES; row++) magnitudes[row] = (float)(2 * fabs(spectra[row * length]));
  for (size_t k = 1; k <= length / 2; k++) {
    for (size_t row = 0; row < FRAMES; row += 2) {
      const double *real = spectra + row * length, *imaginary = real + length;
      const double real_a = real[k] + real[length - k], imaginary_a = imaginary[k] - imaginary[length - k];
      const double real_b = imaginary[k] + imaginary[length - k], imaginary_b = real[length - k] - real[k];
      magnitudes[k * FRAMES + row] = sqrtf((float)(real_a * real_a + imaginary_a * imaginary_a));
      magnitudes[k * FRAMES + row + 1] = sqrtf((float)(real_b * real_b + imaginary_b * imaginary_b));
    }
  }
}

CLONES void antiphon_log_bands(
    float *restrict result, const float *restrict magnitudes, const float *restrict weights,
    const uint32_t *restrict ranges, size_t bands, float offset) {
  for (size_t band = 0; band < bands; band++) {
    frame_lanes sum = (frame_lanes){0};
    for (size_t bin = ranges[2 * band]; bin < ranges[2 * band + 1]; bin++)
      sum += *(const frame_lanes *)(magnitudes + bin * FRAMES) * *weights++;
    for (size_t frame = 0; frame < FRAMES; frame++) result[frame * bands + band] = sum[frame];
  }
  for (size_t i = 0; i < FRAMES * bands; i++) result[i] = antiphon_logarithm(result[i] + offset);
}
