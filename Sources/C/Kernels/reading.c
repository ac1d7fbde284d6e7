#include "clones.h"
#include "lanes.h"

// Of one channel, pixels beside each other are the vector.
INLINE void read_channel(float *restrict y, const antiphon_source *source, size_t first, size_t pixels) {
  const float *restrict x = source->values + first;
  const float scale = *source->scale, shift = *source->shift, floor = *source->floor;
  for (size_t i = 0; i < pixels; i++) {
    const float value = x[i] * scale + shift;
    y[i] = floor > value ? floor : value;
  }
}

CLONES void antiphon_read(
    float *y, size_t pitch, antiphon_source source, size_t first, size_t pixels, size_t channels) {
  if (channels == 1 && pitch == 1 && source.pitch == 1 && source.scale && !source.other)
    return read_channel(y, &source, first, pixels);
  for (size_t pixel = 0; pixel < pixels; pixel++)
    for (size_t c = 0; c < channels; c += LANES) {
      coefficient_lanes coefficients;
      lanes value;
      load_coefficients(&coefficients, &source, c, channels - c);
      read_source(&value, &source, &coefficients, first + pixel, c, channels - c);
      store_lanes(y + pixel * pitch + c, &value, channels - c);
    }
}

CLONES void antiphon_read_places(
    float *y, size_t pitch, antiphon_source source, antiphon_window w, size_t first, size_t places) {
  const size_t per_image = (size_t)w.output_height * w.output_width;
  const size_t channels = (size_t)w.channels;
  for (size_t place = first; place < first + places; place++, y += pitch) {
    const size_t image = place / per_image, row = place % per_image / w.output_width, column = place % w.output_width;
    const size_t pixel = (image * w.height + row * w.stride_height) * w.width + column * w.stride_width;
    for (size_t c = 0; c < channels; c += LANES) {
      coefficient_lanes coefficients;
      lanes value;
      load_coefficients(&coefficients, &source, c, channels - c);
      read_source(&value, &source, &coefficients, pixel, c, channels - c);
      store_lanes(y + c, &value, channels - c);
    }
  }
}

// As many registers of channels as have their sums in registers at once.
#define WIDE 4

// Sums are of differences from the first pixel, so that what is far from zero but close together does not cancel.
INLINE void moments_of_some(
    int wide, size_t count, double *sums, double *squares, const float *x, size_t pitch, size_t pixels) {
  lanes first[WIDE], sum[WIDE], square[WIDE];
  for (int i = 0; i < wide; i++) {
    load_lanes(&first[i], x + i * LANES, count);
    sum[i] = square[i] = (lanes){0};
  }
  for (size_t pixel = 0; pixel < pixels; pixel++)
    for (int i = 0; i < wide; i++) {
      lanes value;
      load_lanes(&value, x + pixel * pitch + i * LANES, count);
      value -= first[i];
      sum[i] += value;
      square[i] += value * value;
    }
  for (int i = 0; i < wide; i++)
    for (size_t lane = 0; lane < LANES && lane < count; lane++) {
      const double from = first[i][lane], total = sum[i][lane];
      sums[i * LANES + lane] = total + from * pixels;
      squares[i * LANES + lane] = square[i][lane] + 2 * from * total + from * from * pixels;
    }
}

CLONES void antiphon_moments(
    double *sums, double *squares, const float *x, size_t pitch, size_t pixels, size_t channels) {
  size_t c = 0;
  for (; c + WIDE * LANES <= channels; c += WIDE * LANES)
    moments_of_some(WIDE, LANES, sums + c, squares + c, x + c, pitch, pixels);
  for (; c < channels; c += LANES) moments_of_some(1, channels - c, sums + c, squares + c, x + c, pitch, pixels);
}

INLINE void gate_some(
    int wide, size_t count, float *gradient, size_t pitch, const antiphon_source *source, const float *partner,
    size_t partner_pitch, double *sums, double *products, size_t start, size_t end, size_t c) {
  lanes first[WIDE], sum[WIDE], product[WIDE];
  coefficient_lanes coefficients[WIDE];
  for (int i = 0; i < wide; i++) {
    load_lanes(&first[i], partner + start * partner_pitch + c + i * LANES, count);
    load_coefficients(&coefficients[i], source, c + i * LANES, count);
    sum[i] = product[i] = (lanes){0};
  }
  for (size_t pixel = start; pixel < end; pixel++)
    for (int i = 0; i < wide; i++) {
      const size_t channel = c + i * LANES;
      float *place = gradient + pixel * pitch + channel;
      lanes slope, value, other;
      load_lanes(&slope, place, count);
      load_lanes(&other, partner + pixel * partner_pitch + channel, count);
      if (source->scale) {
        load_lanes(&value, source->values + pixel * source->pitch + channel, count);
        value = value * coefficients[i].scale + coefficients[i].shift;
        slope = value <= coefficients[i].floor ? (lanes){0} : slope;
        store_lanes(place, &slope, count);
      }
      sum[i] += slope;
      product[i] += slope * (other - first[i]);
    }
  for (int i = 0; i < wide; i++)
    for (size_t lane = 0; lane < LANES && lane < count; lane++) {
      sums[c + i * LANES + lane] = sum[i][lane];
      products[c + i * LANES + lane] = product[i][lane] + (double)first[i][lane] * sum[i][lane];
    }
}

CLONES void antiphon_gate(
    float *gradient, size_t pitch, antiphon_source source, const float *partner, size_t partner_pitch, double *sums,
    double *products, size_t first, size_t pixels, size_t channels) {
  const size_t end = first + pixels;
  size_t c = 0;
  for (; c + WIDE * LANES <= channels; c += WIDE * LANES)
    gate_some(WIDE, LANES, gradient, pitch, &source, partner, partner_pitch, sums, products, first, end, c);
  for (; c < channels; c += LANES)
    gate_some(1, channels - c, gradient, pitch, &source, partner, partner_pitch, sums, products, first, end, c);
}
