// The kernels under names of their own, and a function that calls each of them: included once for each variant, after
// CLONES (how to compile) and VARIANT(name) have been defined.
#define antiphon_adam VARIANT(adam)
#define antiphon_add VARIANT(add)
#define antiphon_add_row VARIANT(add_row)
#define antiphon_sum_rows VARIANT(sum_rows)
#define antiphon_read VARIANT(read)
#define antiphon_read_places VARIANT(read_places)
#define antiphon_moments VARIANT(moments)
#define antiphon_gate VARIANT(gate)
#define antiphon_unfold VARIANT(unfold)
#define antiphon_fold VARIANT(fold)
#define antiphon_max_pool VARIANT(max_pool)
#define antiphon_max_pool_backward VARIANT(max_pool_backward)
#define antiphon_average_pool VARIANT(average_pool)
#define antiphon_average_pool_backward VARIANT(average_pool_backward)
#define antiphon_to_bfloat16 VARIANT(to_bfloat16)
#define antiphon_from_bfloat16 VARIANT(from_bfloat16)
#define antiphon_to_float16 VARIANT(to_float16)
#define antiphon_from_float16 VARIANT(from_float16)
#define antiphon_to_signs VARIANT(to_signs)
#define antiphon_from_signs VARIANT(from_signs)
#define antiphon_largest VARIANT(largest)
#define antiphon_scatter VARIANT(scatter)
#define antiphon_average_channels VARIANT(average_channels)
#define antiphon_cut_frames VARIANT(cut_frames)
#define antiphon_magnitudes VARIANT(magnitudes)
#define antiphon_log_bands VARIANT(log_bands)
#define antiphon_logistic VARIANT(logistic)
#define antiphon_logistic_loss VARIANT(logistic_loss)
#define antiphon_focal_loss VARIANT(focal_loss)
#define antiphon_pool_clip VARIANT(pool_clip)
#define antiphon_pool_clip_backward VARIANT(pool_clip_backward)
#define antiphon_drop_out VARIANT(drop_out)
#define antiphon_winograd_input VARIANT(winograd_input)
#define antiphon_winograd_output_gradient VARIANT(winograd_output_gradient)
#define antiphon_winograd_output VARIANT(winograd_output)
#define antiphon_winograd_weights VARIANT(winograd_weights)
#define antiphon_winograd_weight_gradient VARIANT(winograd_weight_gradient)

#define ANTIPHON_CLONES_H  // `CLONES` is ours
#include "../../Sources/C/Kernels/adam.c"
#include "../../Sources/C/Kernels/channels.c"
#include "../../Sources/C/Kernels/clips.c"
#include "../../Sources/C/Kernels/dropout.c"
#include "../../Sources/C/Kernels/halves.c"
#include "../../Sources/C/Kernels/largest.c"
#include "../../Sources/C/Kernels/log_mel.c"
#include "../../Sources/C/Kernels/logistic.c"
#include "../../Sources/C/Kernels/reading.c"
#include "../../Sources/C/Kernels/rows.c"
#include "../../Sources/C/Kernels/signs.c"
#include "../../Sources/C/Kernels/windows.c"
#include "../../Sources/C/Kernels/winograd.c"

#include <stdlib.h>

// Where results go, and memory of values that follow from their position.
typedef struct {
  float *results;
  size_t count, capacity;
} exercise_log;

static float *values(size_t count, unsigned seed) {
  float *result = aligned_alloc(64, (count + LANES) / LANES * LANES * sizeof(float));
  for (size_t i = 0; i < count; i++) {
    seed = seed * 1664525u + 1013904223u;
    result[i] = (float)(seed >> 8) / (1 << 23) - 1;
  }
  return result;
}

static void note(exercise_log *log, const float *x, size_t count) {
  for (size_t i = 0; i < count && log->count < log->capacity; i++) log->results[log->count++] = x[i];
}

static void exercise_rows(exercise_log *log) {
  const size_t rows = 5, channels = 83, count = rows * channels;
  float *x = values(count, 1), *y = values(count, 2), *m = values(count, 3), *v = values(count, 4);
  for (size_t i = 0; i < count; i++) v[i] = v[i] * v[i];
  antiphon_adam(x, m, v, y, count, 0.01f, 0.9f, 0.999f, 1e-8f);
  antiphon_add(x, y, count);
  antiphon_add_row(x, y, rows, channels);
  antiphon_sum_rows(m, x, rows, channels);
  note(log, x, count), note(log, m, count), note(log, v, count);
  free(x), free(y), free(m), free(v);
}

static void exercise_logistic(exercise_log *log) {
  enum { COUNT = 2 * 256 + 83 };
  float *gradient = values(COUNT, 19), *logits = values(COUNT, 20), *targets = values(COUNT, 21);
  for (int i = 0; i < COUNT; i++) logits[i] *= 90;
  note(log, &(float){(float)antiphon_logistic_loss(gradient, logits, targets, COUNT, 0.01f)}, 1);
  note(log, gradient, COUNT);
  antiphon_logistic(gradient, logits, COUNT);
  note(log, gradient, COUNT);
  const antiphon_focus focus = {2, 0.25f, 0.75f};
  note(log, &(float){(float)antiphon_focal_loss(gradient, logits, targets, COUNT, focus, 0.01f)}, 1);
  note(log, gradient, COUNT);
  free(gradient), free(logits), free(targets);
}

static void exercise_clips(exercise_log *log) {
  enum { WIDTH_OF_CLIP = 37, LENGTH = 5, ROWS = 7 };
  for (int pooling = ANTIPHON_MEAN; pooling <= ANTIPHON_ATTENTION; pooling++) {
    float *vectors = values(ROWS * WIDTH_OF_CLIP, 30), *gates = values(ROWS * WIDTH_OF_CLIP, 31);
    float *slopes = values(WIDTH_OF_CLIP, 32), *gradient = values(ROWS * WIDTH_OF_CLIP, 33);
    float output[WIDTH_OF_CLIP], kept[WIDTH_OF_CLIP];
    antiphon_pool_clip(output, kept, vectors, gates, LENGTH, WIDTH_OF_CLIP, (antiphon_pooling)pooling, 1);
    antiphon_pool_clip_backward(
        gradient, gates, vectors, slopes, output, kept, LENGTH, ROWS, WIDTH_OF_CLIP, (antiphon_pooling)pooling, 1);
    note(log, output, WIDTH_OF_CLIP), note(log, gradient, ROWS * WIDTH_OF_CLIP), note(log, gates, ROWS * WIDTH_OF_CLIP);
    antiphon_drop_out(gradient, WIDTH_OF_CLIP, 7u + ((uint64_t)9 << 32), 1u << 31, 2, 1, ROWS - 1, WIDTH_OF_CLIP - 1);
    note(log, gradient, ROWS * WIDTH_OF_CLIP);
    free(vectors), free(gates), free(slopes), free(gradient);
  }
}

static void exercise_log_mel(exercise_log *log) {
  enum { LENGTH = 64, BINS = LENGTH / 2 + 1, WINDOW = 51, HOP = 13, BANDS = 11 };
  float *samples = values((ANTIPHON_FRAMES - 1) * HOP + WINDOW, 22), *weights = values(3 * BANDS, 23);
  double window[WINDOW], spectra[ANTIPHON_FRAMES * LENGTH] = {0};  // what a transform would be given serves as well
  float magnitudes[ANTIPHON_FRAMES * BINS], result[ANTIPHON_FRAMES * BANDS];
  uint32_t ranges[2 * BANDS];
  for (int i = 0; i < WINDOW; i++) window[i] = (i * 7 % 13 - 6) / 8.0;
  for (int i = 0; i < 3 * BANDS; i++) weights[i] *= weights[i];
  for (uint32_t band = 0; band < BANDS; band++) ranges[2 * band] = 2 * band, ranges[2 * band + 1] = 2 * band + 3;
  antiphon_cut_frames(spectra, LENGTH, samples, HOP, window, WINDOW);
  antiphon_magnitudes(magnitudes, spectra, LENGTH);
  antiphon_log_bands(result, magnitudes, weights, ranges, BANDS, 0.01f);
  note(log, magnitudes, ANTIPHON_FRAMES * BINS), note(log, result, ANTIPHON_FRAMES * BANDS);
  for (size_t channels = 1; channels <= 3; channels++) {
    antiphon_average_channels(result, samples, ANTIPHON_FRAMES * BANDS / 3, channels);
    note(log, result, ANTIPHON_FRAMES * BANDS / 3);
  }
  free(samples), free(weights);
}

static void exercise_coding(exercise_log *log) {
  enum { COUNT = 2 * ANTIPHON_SIGN_BLOCK + 83, KEPT = 71 };
  float *x = values(COUNT, 16), *y = values(COUNT, 17), *left = values(COUNT, 18), means[6];
  uint8_t bytes[2 * COUNT + 1], signs[(COUNT + 7) / 8];
  uint32_t places[KEPT];
  antiphon_to_bfloat16(bytes + 1, x, COUNT);
  antiphon_from_bfloat16(y, bytes + 1, COUNT);
  note(log, y, COUNT);
  antiphon_to_float16(bytes + 1, x, COUNT);
  antiphon_from_float16(y, bytes + 1, COUNT);
  note(log, y, COUNT);
  antiphon_to_signs(means, signs, left, x, COUNT);
  antiphon_from_signs(y, means, signs, COUNT);
  note(log, y, COUNT), note(log, left, COUNT);
  antiphon_largest(places, y, left, x, COUNT, KEPT);
  for (int i = 0; i < KEPT; i++) note(log, &(float){(float)places[i]}, 1);
  antiphon_scatter(x, COUNT, places, y, KEPT);
  note(log, x, COUNT), note(log, left, COUNT);
  free(x), free(y), free(left);
}

enum { HEIGHT = 7, WIDTH = 9, CHANNELS = 83, PITCH = 90, PIXELS = 2 * HEIGHT * WIDTH };

static antiphon_source a_source(float *x, float *other, float *coefficients) {
  return (antiphon_source){
      x, PITCH, coefficients, coefficients + CHANNELS, coefficients + 2 * CHANNELS, other, PITCH, coefficients + 3 * CHANNELS};
}

static void exercise_reading(exercise_log *log, antiphon_source source, antiphon_source rectified) {
  float *y = values(PIXELS * PITCH, 5);
  double sums[2 * CHANNELS], *products = sums + CHANNELS;
  antiphon_read(y, PITCH, source, 3, PIXELS - 3, CHANNELS);
  note(log, y, PIXELS * PITCH);
  antiphon_source channel = {source.values, 1, source.scale, source.shift, source.floor, NULL, 0, NULL};
  antiphon_read(y, 1, channel, 3, PIXELS - 3, 1);
  note(log, y, PIXELS);
  antiphon_moments(sums, products, y, PITCH, PIXELS, CHANNELS);
  for (int i = 0; i < 2 * CHANNELS; i++) note(log, &(float){(float)sums[i]}, 1);
  antiphon_gate(y, PITCH, rectified, source.other, PITCH, sums, products, 2, PIXELS - 2, CHANNELS);
  for (int i = 0; i < 2 * CHANNELS; i++) note(log, &(float){(float)sums[i]}, 1);
  antiphon_window window = {HEIGHT, WIDTH, CHANNELS, 4, 5, 1, 1, 2, 2, 0, 0};
  antiphon_read_places(y, PITCH, source, window, 7, 30);
  note(log, y, PIXELS * PITCH);
  free(y);
}

static void exercise_windows(exercise_log *log, antiphon_source source) {
  antiphon_window window = {HEIGHT, WIDTH, CHANNELS, 4, 5, 3, 3, 2, 2, 1, 1};
  float *columns = values(4 * 5 * 9 * CHANNELS, 6), *image = values(HEIGHT * WIDTH * PITCH, 7);
  float *pooled = values(2 * 4 * 5 * PITCH, 8);
  uint8_t places[4 * 5 * CHANNELS];
  antiphon_fold(image, PITCH, columns, window);
  antiphon_unfold(columns, image, PITCH, window, 2, 18);
  antiphon_max_pool(pooled, PITCH, places, source, window, 1);
  antiphon_source slopes = {pooled, PITCH, NULL, NULL, NULL, NULL, 0, NULL};
  antiphon_max_pool_backward(image, PITCH, slopes, places, window, 0);
  note(log, pooled, 4 * 5 * PITCH);
  antiphon_average_pool(pooled, PITCH, source, window, 1);
  antiphon_average_pool_backward(image, PITCH, slopes, window, 0);
  note(log, pooled, 4 * 5 * PITCH), note(log, image, HEIGHT * WIDTH * PITCH), note(log, columns, 4 * 5 * 9 * CHANNELS);
  free(columns), free(image), free(pooled);
}

static void exercise_winograd(exercise_log *log, antiphon_source source, antiphon_tile tile) {
  enum { INPUTS = 5, TILE_PITCH = 96 };
  const int kh = tile.kernel_height, kw = tile.kernel_width;
  const size_t points = (size_t)(tile.output_height + kh - 1) * (tile.output_width + kw - 1);
  const size_t tiles = (WIDTH + tile.output_width - 1) / tile.output_width, point_pitch = tiles * TILE_PITCH;
  antiphon_window window = {HEIGHT, WIDTH, CHANNELS, HEIGHT, WIDTH, kh, kw, 1, 1, (kh - 1) / 2, (kw - 1) / 2};
  float *at_points = values(points * point_pitch, 9), *outputs = values(PIXELS * PITCH, 10);
  float *weights = values((size_t)kh * kw * INPUTS * CHANNELS, 11), *spread = values(points * INPUTS * CHANNELS, 12);
  antiphon_winograd_input(at_points, point_pitch, TILE_PITCH, source, CHANNELS, tile, window, 1, 1);
  note(log, at_points, points * point_pitch);
  antiphon_winograd_output(outputs, PITCH, 1, at_points, point_pitch, TILE_PITCH, CHANNELS, tile, window, 1, 1);
  antiphon_winograd_output_gradient(at_points, point_pitch, TILE_PITCH, source, CHANNELS, tile, window, 1, 1);
  antiphon_winograd_weights(spread, weights, INPUTS, CHANNELS, tile, 1, 0, INPUTS);
  note(log, at_points, points * point_pitch), note(log, spread, points * INPUTS * CHANNELS);
  antiphon_winograd_weight_gradient(weights, spread, INPUTS, CHANNELS, tile, 0, INPUTS);
  note(log, outputs, PIXELS * PITCH), note(log, weights, (size_t)kh * kw * INPUTS * CHANNELS);
  free(at_points), free(outputs), free(weights), free(spread);
}

size_t VARIANT(exercise)(float *results, size_t capacity) {
  static const antiphon_tile tiles[] = {
      {2, 3, 2, 3}, {4, 3, 4, 3}, {6, 3, 6, 3}, {2, 5, 2, 5}, {4, 5, 4, 5}, {1, 1, 4, 7},
      {4, 7, 1, 1}, {1, 1, 4, 3}, {4, 3, 1, 1}, {1, 1, 2, 3}, {2, 3, 1, 1}};
  exercise_log log = {results, 0, capacity};
  float *x = values(PIXELS * PITCH, 13), *other = values(PIXELS * PITCH, 14), *coefficients = values(4 * CHANNELS, 15);
  const antiphon_source source = a_source(x, other, coefficients), rectified = a_source(x, NULL, coefficients);
  exercise_rows(&log);
  exercise_logistic(&log);
  exercise_clips(&log);
  exercise_log_mel(&log);
  exercise_coding(&log);
  exercise_reading(&log, source, rectified);
  exercise_windows(&log, source);
  for (size_t i = 0; i < sizeof tiles / sizeof *tiles; i++) exercise_winograd(&log, source, tiles[i]);
  free(x), free(other), free(coefficients);
  return log.count;
}
