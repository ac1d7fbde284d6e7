#include "clones.h"
#include "lanes.h"

// Winograd's convolutions from Toom and Cook's interpolation. A tile of m outputs of a kernel of r taps reads
// n = m + r - 1 inputs. Its polynomials are evaluated at n points: 0, pairs +p and -p, and infinity, so that every
// transform falls into an even and an odd half that a pair shares:
//
//   outputs = Aᵀ [(G weights) ⊙ (Bᵀ inputs)]     (Lavin and Gray 2016)
//
//   A  evaluates a polynomial of m coefficients at the points, G one of r coefficients, divided by
//      N(p) = Π (p - other points);
//   Bᵀ interpolates: row p holds the coefficients of Π (x - other finite points).
//
// Both transforms of a plane are applied first along its rows, then along its columns; a kernel of one row or one column
// is left alone in the other direction (n = 1).

#define MOST_PAIRS 4
#define MOST_ACROSS 10  // n of a kernel of one row
#define MOST_POINTS 64   // n² of a square kernel

typedef struct {
  float point[MOST_PAIRS];                  // p of each pair
  float product[MOST_PAIRS + 1];            // the coefficients of Π (y - p²)
  float quotient[MOST_PAIRS][MOST_PAIRS];   // of the same without one pair
  float zero_divisor, divisor[MOST_PAIRS];  // N(0) and N(p) = N(-p)
} points;

// For n = 2 + 2 pairs. The points are small powers of two and their simplest neighbours: other ones round worse.
static const points tables[MOST_PAIRS + 1] = {
    [1] = {{1}, {-1, 1}, {{1}}, -1, {2}},
    [2] = {{1, 2}, {4, -5, 1}, {{-4, 1}, {-1, 1}}, 4, {-6, 24}},
    [3] = {{1, 2, 0.5f},
           {-1, 5.25f, -5.25f, 1},
           {{1, -4.25f, 1}, {0.25f, -1.25f, 1}, {4, -5, 1}},
           -1,
           {-4.5f, 90, 1.40625f}},
    [4] = {{1, 2, 0.5f, 0.75f},
           {0.5625f, -3.953125f, 8.203125f, -5.8125f, 1},
           {{-0.5625f, 3.390625f, -4.8125f, 1},
            {-0.140625f, 0.953125f, -1.8125f, 1},
            {-2.25f, 6.8125f, -5.5625f, 1},
            {-1, 5.25f, -5.25f, 1}},
           0.5625f,
           {-1.96875f, 309.375f, -0.439453125f, 0.528717041015625f}},
};

#define UNROLL _Pragma("clang loop unroll(full)")

// Values at n points of the polynomial with `count` coefficients.
INLINE void evaluate(int n, int count, lanes *out, int out_step, const lanes *in, int in_step) {
  if (n == 1) {
    out[0] = in[0];
    return;
  }
  out[0] = in[0];
  UNROLL for (int pair = 0; pair < (n - 2) / 2; pair++) {
    const float p = tables[(n - 2) / 2].point[pair];
    float power = p;
    lanes even = in[0], odd = (lanes){0};
    UNROLL for (int j = 1; j < count; j++) {
      if (j % 2) odd += power * in[j * in_step];
      else even += power * in[j * in_step];
      power *= p;
    }
    out[(1 + 2 * pair) * out_step] = even + odd;
    out[(2 + 2 * pair) * out_step] = even - odd;
  }
  out[(n - 1) * out_step] = in[(count - 1) * in_step];
}

// The transpose of `evaluate`.
INLINE void collect(int n, int count, lanes *out, int out_step, const lanes *in, int in_step) {
  if (n == 1) {
    out[0] = in[0];
    return;
  }
  UNROLL for (int j = 0; j < count; j++) out[j * out_step] = (lanes){0};
  out[0] = in[0];
  UNROLL for (int pair = 0; pair < (n - 2) / 2; pair++) {
    const float p = tables[(n - 2) / 2].point[pair];
    float power = 1;
    const lanes plus = in[(1 + 2 * pair) * in_step], minus = in[(2 + 2 * pair) * in_step];
    const lanes even = plus + minus, odd = plus - minus;
    UNROLL for (int j = 0; j < count; j++) {
      out[j * out_step] += power * (j % 2 ? odd : even);
      power *= p;
    }
  }
  out[(count - 1) * out_step] += in[(n - 1) * in_step];
}

// Bᵀ: from n values to n.
INLINE void interpolate(int n, lanes *out, int out_step, const lanes *in, int in_step) {
  if (n == 1) {
    out[0] = in[0];
    return;
  }
  const int pairs = (n - 2) / 2;
  lanes first = (lanes){0}, last = (lanes){0};
  UNROLL for (int j = 0; j <= pairs; j++) {
    first += tables[pairs].product[j] * in[2 * j * in_step];
    last += tables[pairs].product[j] * in[(2 * j + 1) * in_step];
  }
  out[0] = first;
  out[(n - 1) * out_step] = last;
  UNROLL for (int pair = 0; pair < pairs; pair++) {
    lanes even = (lanes){0}, odd = (lanes){0};
    UNROLL for (int j = 0; j < pairs; j++) {
      even += tables[pairs].quotient[pair][j] * in[(2 * j + 2) * in_step];
      odd += (tables[pairs].quotient[pair][j] * tables[pairs].point[pair]) * in[(2 * j + 1) * in_step];
    }
    out[(1 + 2 * pair) * out_step] = even + odd;
    out[(2 + 2 * pair) * out_step] = even - odd;
  }
}

INLINE float divisor(int n, int point) {
  if (n == 1 || point == n - 1) return 1;
  return point == 0 ? tables[(n - 2) / 2].zero_divisor : tables[(n - 2) / 2].divisor[(point - 1) / 2];
}

// A tile as constants: mh x mw outputs of a kernel of rh x rw; nh x nw inputs.
#define TILE int mh, int rh, int mw, int rw
#define SIZES \
  const int nh = mh + rh - 1, nw = mw + rw - 1; \
  (void)nh, (void)nw

// Sixteen channels of some pixels, of which those with a number below 0 are beyond the border. What the source has to do
// is decided once and not at each pixel.
INLINE void read_pixels(
    lanes *out, const ptrdiff_t *pixels, int count, const antiphon_source *source, size_t channel, size_t channels) {
  const size_t left = channels - channel;
  coefficient_lanes coefficients;
  load_coefficients(&coefficients, source, channel, left);
  if (left < LANES) {
    for (int i = 0; i < count; i++) {
      out[i] = (lanes){0};
      if (pixels[i] >= 0) read_source(&out[i], source, &coefficients, (size_t)pixels[i], channel, left);
    }
  } else if (!source->scale) {
    for (int i = 0; i < count; i++)
      out[i] = pixels[i] < 0 ? (lanes){0} : *(const lanes *)(source->values + pixels[i] * source->pitch + channel);
  } else if (!source->other) {
    for (int i = 0; i < count; i++) {
      out[i] = (lanes){0};
      if (pixels[i] < 0) continue;
      const lanes value = *(const lanes *)(source->values + pixels[i] * source->pitch + channel);
      out[i] = value * coefficients.scale + coefficients.shift;
      larger_lanes(&out[i], &coefficients.floor);
    }
  } else {
    for (int i = 0; i < count; i++) {
      out[i] = (lanes){0};
      if (pixels[i] >= 0) read_source(&out[i], source, &coefficients, (size_t)pixels[i], channel, LANES);
    }
  }
}

INLINE void input_band(
    TILE, float *out, size_t point_pitch, size_t tile_pitch, const antiphon_source *source, size_t channels,
    const antiphon_window *w, size_t image, int band) {
  SIZES;
  const int tiles = (w->output_width + mw - 1) / mw;
  for (int tile = 0; tile < tiles; tile++, out += tile_pitch) {
    ptrdiff_t pixels[MOST_POINTS];
    for (int i = 0; i < nh; i++)
      for (int j = 0; j < nw; j++) {
        const int y = band * mh - w->padding_top + i, x = tile * mw - w->padding_left + j;
        const int inside = y >= 0 && y < w->height && x >= 0 && x < w->width;
        pixels[i * nw + j] = inside ? ((ptrdiff_t)image * w->height + y) * w->width + x : -1;
      }
    for (size_t c = 0; c < channels; c += LANES) {
      lanes inputs[MOST_POINTS], across[MOST_POINTS], down[MOST_POINTS];
      read_pixels(inputs, pixels, nh * nw, source, c, channels);
      UNROLL for (int i = 0; i < nh; i++) interpolate(nw, across + i * nw, 1, inputs + i * nw, 1);
      UNROLL for (int j = 0; j < nw; j++) interpolate(nh, down + j, nw, across + j, nw);
      UNROLL for (int p = 0; p < nh * nw; p++) *(lanes *)(out + p * point_pitch + c) = down[p];
    }
  }
}

INLINE void output_gradient_band(
    TILE, float *out, size_t point_pitch, size_t tile_pitch, const antiphon_source *source, size_t channels,
    const antiphon_window *w, size_t image, int band) {
  SIZES;
  const int tiles = (w->output_width + mw - 1) / mw;
  for (int tile = 0; tile < tiles; tile++, out += tile_pitch) {
    ptrdiff_t pixels[MOST_POINTS];
    for (int i = 0; i < mh; i++)
      for (int j = 0; j < mw; j++) {
        const int y = band * mh + i, x = tile * mw + j;
        const int inside = y < w->output_height && x < w->output_width;
        pixels[i * mw + j] = inside ? ((ptrdiff_t)image * w->output_height + y) * w->output_width + x : -1;
      }
    for (size_t c = 0; c < channels; c += LANES) {
      lanes slopes[MOST_POINTS], across[MOST_POINTS], down[MOST_POINTS];
      read_pixels(slopes, pixels, mh * mw, source, c, channels);
      UNROLL for (int i = 0; i < mh; i++) evaluate(nw, mw, across + i * nw, 1, slopes + i * mw, 1);
      UNROLL for (int j = 0; j < nw; j++) evaluate(nh, mh, down + j, nw, across + j, nw);
      UNROLL for (int p = 0; p < nh * nw; p++) *(lanes *)(out + p * point_pitch + c) = down[p];
    }
  }
}

INLINE void output_band(
    TILE, float *outputs, size_t pitch, int is_added, const float *in, size_t point_pitch, size_t tile_pitch,
    size_t channels, const antiphon_window *w, size_t image, int band) {
  SIZES;
  const int tiles = (w->output_width + mw - 1) / mw;
  for (int tile = 0; tile < tiles; tile++, in += tile_pitch)
    for (size_t c = 0; c < channels; c += LANES) {
      lanes across[MOST_POINTS], down[MOST_POINTS];
      UNROLL for (int i = 0; i < nh; i++) {
        lanes row[MOST_ACROSS];
        UNROLL for (int j = 0; j < nw; j++) row[j] = *(const lanes *)(in + (i * nw + j) * point_pitch + c);
        collect(nw, mw, across + i * mw, 1, row, 1);
      }
      UNROLL for (int j = 0; j < mw; j++) collect(nh, mh, down + j, mw, across + j, mw);
      UNROLL for (int i = 0; i < mh; i++)
        UNROLL for (int j = 0; j < mw; j++) {
          const int y = band * mh + i, x = tile * mw + j;
          if (y >= w->output_height || x >= w->output_width) continue;
          float *target = outputs + ((image * w->output_height + y) * w->output_width + x) * pitch + c;
          if (is_added) {
            lanes before;
            load_lanes(&before, target, channels - c);
            down[i * mw + j] += before;
          }
          store_lanes(target, &down[i * mw + j], channels - c);
        }
    }
}

INLINE void weight_rows(
    TILE, float *out, const float *weights, size_t inputs, size_t outputs, int is_flipped, size_t first, size_t end) {
  SIZES;
  for (size_t row = first; row < end; row++)
    for (size_t c = 0; c < outputs; c += LANES) {
      lanes across[MOST_POINTS], down[MOST_POINTS];
      UNROLL for (int i = 0; i < rh; i++) {
        lanes taps[MOST_ACROSS];
        UNROLL for (int j = 0; j < rw; j++) {
          const int tap = is_flipped ? (rh - 1 - i) * rw + rw - 1 - j : i * rw + j;
          load_lanes(&taps[j], weights + (tap * inputs + row) * outputs + c, outputs - c);
        }
        evaluate(nw, rw, across + i * nw, 1, taps, 1);
      }
      UNROLL for (int j = 0; j < nw; j++) evaluate(nh, rh, down + j, nw, across + j, nw);
      UNROLL for (int i = 0; i < nh; i++)
        UNROLL for (int j = 0; j < nw; j++) {
          const lanes value = down[i * nw + j] * (1 / (divisor(nh, i) * divisor(nw, j)));
          store_lanes(out + ((i * nw + j) * inputs + row) * outputs + c, &value, outputs - c);
        }
    }
}

INLINE void weight_gradient_rows(
    TILE, float *gradient, const float *in, size_t inputs, size_t outputs, size_t first, size_t end) {
  SIZES;
  for (size_t row = first; row < end; row++)
    for (size_t c = 0; c < outputs; c += LANES) {
      lanes across[MOST_POINTS], down[MOST_POINTS];
      UNROLL for (int i = 0; i < nh; i++) {
        lanes values[MOST_ACROSS];
        UNROLL for (int j = 0; j < nw; j++) {
          load_lanes(&values[j], in + ((i * nw + j) * inputs + row) * outputs + c, outputs - c);
          values[j] *= 1 / (divisor(nh, i) * divisor(nw, j));
        }
        collect(nw, rw, across + i * rw, 1, values, 1);
      }
      UNROLL for (int j = 0; j < rw; j++) collect(nh, rh, down + j, rw, across + j, rw);
      UNROLL for (int tap = 0; tap < rh * rw; tap++)
        store_lanes(gradient + (tap * inputs + row) * outputs + c, &down[tap], outputs - c);
    }
}

// Calls a function with the tile's sizes as constants.
#define FOR_TILE(tile, function, ...) \
  switch (((tile).output_height << 12) | ((tile).kernel_height << 8) | ((tile).output_width << 4) | (tile).kernel_width) { \
    case 0x2323: function(2, 3, 2, 3, __VA_ARGS__); break; \
    case 0x4343: function(4, 3, 4, 3, __VA_ARGS__); break; \
    case 0x6363: function(6, 3, 6, 3, __VA_ARGS__); break; \
    case 0x2525: function(2, 5, 2, 5, __VA_ARGS__); break; \
    case 0x4545: function(4, 5, 4, 5, __VA_ARGS__); break; \
    case 0x1147: function(1, 1, 4, 7, __VA_ARGS__); break; \
    case 0x4711: function(4, 7, 1, 1, __VA_ARGS__); break; \
    case 0x1143: function(1, 1, 4, 3, __VA_ARGS__); break; \
    case 0x4311: function(4, 3, 1, 1, __VA_ARGS__); break; \
    case 0x1123: function(1, 1, 2, 3, __VA_ARGS__); break; \
    case 0x2311: function(2, 3, 1, 1, __VA_ARGS__); break; \
    default: __builtin_trap(); \
  }

CLONES void antiphon_winograd_input(
    float *values, size_t point_pitch, size_t tile_pitch, antiphon_source source, size_t channels, antiphon_tile tile,
    antiphon_window window, size_t image, int32_t band) {
  FOR_TILE(tile, input_band, values, point_pitch, tile_pitch, &source, channels, &window, image, band)
}

CLONES void antiphon_winograd_output_gradient(
    float *values, size_t point_pitch, size_t tile_pitch, antiphon_source source, size_t channels, antiphon_tile tile,
    antiphon_window window, size_t image, int32_t band) {
  FOR_TILE(tile, output_gradient_band, values, point_pitch, tile_pitch, &source, channels, &window, image, band)
}

CLONES void antiphon_winograd_output(
    float *outputs, size_t pitch, int is_added, const float *values, size_t point_pitch, size_t tile_pitch,
    size_t channels, antiphon_tile tile, antiphon_window window, size_t image, int32_t band) {
  FOR_TILE(
      tile, output_band, outputs, pitch, is_added, values, point_pitch, tile_pitch, channels, &window, image, band)
}

CLONES void antiphon_winograd_weights(
    float *values, const float *weights, size_t inputs, size_t outputs, antiphon_tile tile, int is_flipped,
    size_t first, size_t end) {
  FOR_TILE(tile, weight_rows, values, weights, inputs, outputs, is_flipped, first, end)
}

CLONES void antiphon_winograd_weight_gradient(
    float *gradient, const float *values, size_t inputs, size_t outputs, antiphon_tile tile, size_t first,
    size_t end) {
  FOR_TILE(tile, weight_gradient_rows, gradient, values, inputs, outputs, first, end)
}
