#include "clones.h"
#include "lanes.h"

void antiphon_unfold(
    float *columns, const float *image, size_t pitch, antiphon_window w, size_t first, size_t places) {
  const size_t channels = (size_t)w.channels;
  for (size_t place = first; place < first + places; place++) {
    const int32_t top = (int32_t)(place / w.output_width) * w.stride_height - w.padding_top;
    const int32_t left = (int32_t)(place % w.output_width) * w.stride_width - w.padding_left;
    const int is_inside = left >= 0 && left + w.kernel_width <= w.width && pitch == channels;
    for (int32_t y = top; y < top + w.kernel_height; y++) {
      if (y < 0 || y >= w.height) {
        memset(columns, 0, w.kernel_width * channels * sizeof(float));
        columns += w.kernel_width * channels;
        continue;
      }
      const float *row = image + (size_t)y * w.width * pitch;
      if (is_inside) {
        memcpy(columns, row + left * pitch, w.kernel_width * channels * sizeof(float));
        columns += w.kernel_width * channels;
        continue;
      }
      for (int32_t x = left; x < left + w.kernel_width; x++, columns += channels) {
        if (x < 0 || x >= w.width) memset(columns, 0, channels * sizeof(float));
        else memcpy(columns, row + x * pitch, channels * sizeof(float));
      }
    }
  }
}

CLONES void antiphon_fold(float *restrict image, size_t pitch, const float *restrict columns, antiphon_window w) {
  const size_t channels = (size_t)w.channels;
  for (int32_t oy = 0; oy < w.output_height; oy++)
    for (int32_t ox = 0; ox < w.output_width; ox++)
      for (int32_t ky = 0; ky < w.kernel_height; ky++)
        for (int32_t kx = 0; kx < w.kernel_width; kx++, columns += channels) {
          const int32_t y = oy * w.stride_height - w.padding_top + ky;
          const int32_t x = ox * w.stride_width - w.padding_left + kx;
          if (y < 0 || y >= w.height || x < 0 || x >= w.width) continue;
          float *target = image + ((size_t)y * w.width + x) * pitch;
          for (size_t c = 0; c < channels; c++) target[c] += columns[c];
        }
}

// Goes through the pixels under the window at (oy, ox) that are inside the image.
#define FOR_PIXELS_UNDER(w, oy, ox) \
  for (int32_t ky = 0; ky < (w).kernel_height; ky++) \
    for (int32_t kx = 0, y = (oy) * (w).stride_height - (w).padding_top + ky; kx < (w).kernel_width; kx++) \
      for (int32_t x = (ox) * (w).stride_width - (w).padding_left + kx, \
                   once = y >= 0 && y < (w).height && x >= 0 && x < (w).width; \
           once; once = 0)

CLONES void antiphon_max_pool(
    float *output, size_t pitch, uint8_t *places, antiphon_source source, antiphon_window w, size_t image) {
  typedef int32_t places_of_lanes __attribute__((ext_vector_type(LANES)));
  const size_t channels = (size_t)w.channels;
  const size_t first = image * w.height * w.width;
  for (int32_t oy = 0; oy < w.output_height; oy++)
    for (int32_t ox = 0; ox < w.output_width; ox++, output += pitch, places += channels)
      for (size_t c = 0; c < channels; c += LANES) {
        const size_t count = channels - c;
        coefficient_lanes coefficients;
        load_coefficients(&coefficients, &source, c, count);
        lanes largest = (lanes){0};
        places_of_lanes place = (places_of_lanes){0};
        int is_first = 1;
        FOR_PIXELS_UNDER(w, oy, ox) {
          lanes value;
          read_source(&value, &source, &coefficients, first + (size_t)y * w.width + x, c, count);
          const places_of_lanes here = (places_of_lanes){0} + (ky * w.kernel_width + kx);
          const places_of_lanes is_larger =
              is_first ? (places_of_lanes){0} - 1 : (value > largest) | (value != value);
          largest = is_larger ? value : largest;
          place = is_larger ? here : place;
          is_first = 0;
        }
        store_lanes(output + c, &largest, count);
        for (size_t i = 0; i < LANES && i < count; i++) places[c + i] = (uint8_t)place[i];
      }
}

CLONES void antiphon_max_pool_backward(
    float *gradient, size_t pitch, antiphon_source output_gradient, const uint8_t *places, antiphon_window w,
    size_t image) {
  const size_t channels = (size_t)w.channels;
  const size_t first = image * w.output_height * w.output_width;
  for (int32_t oy = 0; oy < w.output_height; oy++)
    for (int32_t ox = 0; ox < w.output_width; ox++, places += channels)
      for (size_t c = 0; c < channels; c += LANES) {
        const size_t count = channels - c < LANES ? channels - c : LANES;
        coefficient_lanes coefficients;
        lanes slope;
        load_coefficients(&coefficients, &output_gradient, c, count);
        read_source(&slope, &output_gradient, &coefficients, first + (size_t)oy * w.output_width + ox, c, count);
        FOR_PIXELS_UNDER(w, oy, ox) {
          float *target = gradient + ((size_t)y * w.width + x) * pitch + c;
          const uint8_t here = (uint8_t)(ky * w.kernel_width + kx);
          for (size_t i = 0; i < count; i++) target[i] += places[c + i] == here ? slope[i] : 0;
        }
      }
}

INLINE int pixels_under(const antiphon_window *w, int32_t oy, int32_t ox) {
  int count = 0;
  FOR_PIXELS_UNDER(*w, oy, ox) count++;
  return count;
}

CLONES void antiphon_average_pool(
    float *output, size_t pitch, antiphon_source source, antiphon_window w, size_t image) {
  const size_t channels = (size_t)w.channels;
  const size_t first = image * w.height * w.width;
  for (int32_t oy = 0; oy < w.output_height; oy++)
    for (int32_t ox = 0; ox < w.output_width; ox++, output += pitch) {
      const float share = 1 / (float)pixels_under(&w, oy, ox);
      for (size_t c = 0; c < channels; c += LANES) {
        coefficient_lanes coefficients;
        load_coefficients(&coefficients, &source, c, channels - c);
        lanes sum = (lanes){0};
        FOR_PIXELS_UNDER(w, oy, ox) {
          lanes value;
          read_source(&value, &source, &coefficients, first + (size_t)y * w.width + x, c, channels - c);
          sum += value;
        }
        sum *= share;
        store_lanes(output + c, &sum, channels - c);
      }
    }
}

CLONES void antiphon_average_pool_backward(
    float *gradient, size_t pitch, antiphon_source output_gradient, antiphon_window w, size_t image) {
  const size_t channels = (size_t)w.channels;
  const size_t first = image * w.output_height * w.output_width;
  for (int32_t oy = 0; oy < w.output_height; oy++)
    for (int32_t ox = 0; ox < w.output_width; ox++) {
      const float share = 1 / (float)pixels_under(&w, oy, ox);
      for (size_t c = 0; c < channels; c += LANES) {
        const size_t count = channels - c;
        coefficient_lanes coefficients;
        lanes slope;
        load_coefficients(&coefficients, &output_gradient, c, count);
        read_source(&slope, &output_gradient, &coefficients, first + (size_t)oy * w.output_width + ox, c, count);
        slope *= share;
        FOR_PIXELS_UNDER(w, oy, ox) {
          float *target = gradient + ((size_t)y * w.width + x) * pitch + c;
          lanes sum;
          load_lanes(&sum, target, count);
          sum += slope;
          store_lanes(target, &sum, count);
        }
      }
    }
}
