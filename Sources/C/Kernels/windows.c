#include "clones.h"
#include "kernels.h"

#include <string.h>

CLONES void antiphon_unfold(float *restrict columns, const float *restrict image, antiphon_window w) {
  const size_t channels = (size_t)w.channels;
  for (int32_t oy = 0; oy < w.output_height; oy++)
    for (int32_t ox = 0; ox < w.output_width; ox++)
      for (int32_t ky = 0; ky < w.kernel_height; ky++) {
        const int32_t y = oy * w.stride_height - w.padding_top + ky;
        const int32_t left = ox * w.stride_width - w.padding_left;
        const size_t row = (size_t)w.kernel_width * channels;
        if (y < 0 || y >= w.height) {
          memset(columns, 0, row * sizeof(float));
        } else if (left >= 0 && left + w.kernel_width <= w.width) {
          memcpy(columns, image + ((size_t)y * w.width + left) * channels, row * sizeof(float));
        } else {
          for (int32_t kx = 0; kx < w.kernel_width; kx++) {
            const int32_t x = left + kx;
            float *target = columns + (size_t)kx * channels;
            if (x < 0 || x >= w.width) memset(target, 0, channels * sizeof(float));
            else memcpy(target, image + ((size_t)y * w.width + x) * channels, channels * sizeof(float));
          }
        }
        columns += row;
      }
}

CLONES void antiphon_fold(float *restrict image, const float *restrict columns, antiphon_window w) {
  const size_t channels = (size_t)w.channels;
  for (int32_t oy = 0; oy < w.output_height; oy++)
    for (int32_t ox = 0; ox < w.output_width; ox++)
      for (int32_t ky = 0; ky < w.kernel_height; ky++)
        for (int32_t kx = 0; kx < w.kernel_width; kx++, columns += channels) {
          const int32_t y = oy * w.stride_height - w.padding_top + ky;
          const int32_t x = ox * w.stride_width - w.padding_left + kx;
          if (y < 0 || y >= w.height || x < 0 || x >= w.width) continue;
          float *target = image + ((size_t)y * w.width + x) * channels;
          for (size_t c = 0; c < channels; c++) target[c] += columns[c];
        }
}

CLONES void antiphon_max_pool(
    float *restrict output, int32_t *restrict places, const float *restrict image, antiphon_window w) {
  const size_t channels = (size_t)w.channels;
  for (int32_t oy = 0; oy < w.output_height; oy++)
    for (int32_t ox = 0; ox < w.output_width; ox++, output += channels, places += channels) {
      for (size_t c = 0; c < channels; c++) places[c] = -1;
      for (int32_t ky = 0; ky < w.kernel_height; ky++)
        for (int32_t kx = 0; kx < w.kernel_width; kx++) {
          const int32_t y = oy * w.stride_height - w.padding_top + ky;
          const int32_t x = ox * w.stride_width - w.padding_left + kx;
          if (y < 0 || y >= w.height || x < 0 || x >= w.width) continue;
          const int32_t place = y * w.width + x;
          const float *source = image + (size_t)place * channels;
          for (size_t c = 0; c < channels; c++) {
            const int larger = places[c] < 0 || source[c] > output[c];
            output[c] = larger ? source[c] : output[c];
            places[c] = larger ? place : places[c];
          }
        }
    }
}

void antiphon_max_pool_backward(
    float *restrict gradient, const float *restrict output_gradient, const int32_t *restrict places,
    antiphon_window w) {
  const size_t count = (size_t)w.output_height * w.output_width * w.channels;
  const size_t channels = (size_t)w.channels;
  for (size_t i = 0; i < count; i++) gradient[(size_t)places[i] * channels + i % channels] += output_gradient[i];
}
