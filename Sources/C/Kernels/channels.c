// Sound of several channels becomes sound of one.
#include "clones.h"
#include "lanes.h"

INLINE void average(float *restrict mean, const float *restrict samples, size_t frames, size_t channels) {
  const float scale = 1 / (float)channels;
  for (size_t frame = 0; frame < frames; frame++) {
    float sum = 0;
    for (size_t channel = 0; channel < channels; channel++) sum += samples[frame * channels + channel];
    mean[frame] = sum * scale;
  }
}

CLONES void antiphon_average_channels(
    float *restrict mean, const float *restrict samples, size_t frames, size_t channels) {
  if (channels == 2) average(mean, samples, frames, 2);  // most sound: a loop over a known number is vectorised
  else average(mean, samples, frames, channels);
}
